"""Vault's key/value store through hvac, the client library that Airflow uses."""

from __future__ import annotations

from typing import Any

import hvac
import pytest
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest
from sandbox_support import Control


@pytest.fixture
def vault(sandbox_url: str) -> Any:
    return hvac.Client(url=f"{sandbox_url}/vault", token="writer")


def test_a_secret_has_versions_and_the_newest_is_read(vault: Any, control: Control) -> None:
    assert vault.is_authenticated()
    store = vault.secrets.kv.v2
    first = store.create_or_update_secret("connections/one", {"a": "1"}, mount_point="airflow")
    second = store.create_or_update_secret("connections/one", {"a": "2"}, mount_point="airflow")
    assert (first["data"]["version"], second["data"]["version"]) == (1, 2)
    newest = store.read_secret_version("connections/one", mount_point="airflow", raise_on_deleted_version=True)
    assert newest["data"]["data"] == {"a": "2"}
    older = store.read_secret_version("connections/one", 1, "airflow", raise_on_deleted_version=True)
    assert (older["data"]["data"], older["data"]["metadata"]["version"]) == ({"a": "1"}, 1)
    assert [entry["details"] for entry in control.journal("vault.written")] == [
        {"path": "airflow/connections/one", "version": version} for version in (1, 2)
    ]


def test_what_is_not_there_or_elsewhere_is_not_found(vault: Any) -> None:
    vault.secrets.kv.v2.create_or_update_secret("one", {"a": "1"}, mount_point="airflow")
    for path, mount in (("two", "airflow"), ("one", "secret")):
        with pytest.raises(InvalidPath):
            vault.secrets.kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)


@pytest.mark.parametrize("token", ["", "invalid", "revoked", "read-only"])
def test_who_may_not_write_is_refused(vault: Any, token: str) -> None:
    vault.token = token
    with pytest.raises(Forbidden, match="permission denied"):
        vault.secrets.kv.v2.create_or_update_secret("one", {"a": "1"}, mount_point="airflow")
    assert vault.is_authenticated() is (token == "read-only")


def test_check_and_set_wants_the_current_version(vault: Any) -> None:
    store = vault.secrets.kv.v2
    store.create_or_update_secret("one", {"a": "1"}, cas=0, mount_point="airflow")
    with pytest.raises(InvalidRequest, match="check-and-set"):
        store.create_or_update_secret("one", {"a": "2"}, cas=0, mount_point="airflow")
