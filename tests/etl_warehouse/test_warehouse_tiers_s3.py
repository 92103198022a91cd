"""The cold tier in an object store: Arrow's S3 client over HTTP against a server that speaks S3's protocol."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from ports import free_port
from test_warehouse_tiers import DAY, FILES, files_in, job, paths, run

from etl.warehouse.tiers import roots
from ytempire.database.connection import Connection
from ytempire.settings import Settings, TierSettings

__all__ = ["job"]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, and the environment in which it is found."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "s3.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--port", str(port)], stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(300):
            try:
                httpx.put(f"{url}/ytempire-cold")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        for name, value in {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
        }.items():
            monkeypatch.setenv(name, value)
        yield "s3://ytempire-cold/archive"
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
def settings(tmp_path: Path, bucket: str) -> Settings:
    return Settings(media_root=tmp_path / "hot", tiers=TierSettings(warm_root=str(tmp_path / "warm"), cold_root=bucket))


def test_files_go_to_the_bucket_whole_and_are_deleted_there_in_the_end(
    connection: Connection, settings: Settings, job: UUID, tmp_path: Path, bucket: str
) -> None:
    run(connection, settings, 2 * DAY)
    run(connection, settings, 31 * DAY)

    assert files_in(tmp_path / "hot") == files_in(tmp_path / "warm") == {}
    assert roots.files_below(bucket) == {f"jobs/{job}/{name}": len(content) for name, content in FILES.items()}
    for name, content in FILES.items():
        assert roots.sha256_of(f"{bucket}/jobs/{job}/{name}") == hashlib.sha256(content).hexdigest()
    assert {path.partition(str(job))[0] for path in paths(connection, job, settings.media_root)} == {f"{bucket}/jobs/"}

    ending = settings.model_copy(update={"tiers": settings.tiers.model_copy(update={"cold_days": 90})})
    run(connection, ending, 91 * DAY)
    assert roots.files_below(bucket) == {}
