"""What a task knows of secrets is replaced in its log by Airflow, also in errors that are not ours."""

from __future__ import annotations

import pytest
from airflow.sdk.log import redact

from dags.house import resources
from ytempire.redaction import keep_secret


def test_the_secrets_of_the_environment_are_masked_once_the_database_is_open(
    monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-of-the-environment")
    keep_secret("canary-of-a-token-service")
    monkeypatch.setattr(resources, "database_url", lambda: database_url)
    with resources.database() as connection:
        assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}
    told = redact("it said canary-of-the-environment and canary-of-a-token-service")
    assert told == "it said *** and ***"
