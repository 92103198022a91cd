"""22: secrets as canaries while every paid service fails and quotes them: no hit in logs, database, artefacts, XCom.

A worker of its own, with its log at the level of production, makes a job's first stages and publishes a video. Its
environment is full of canaries, and what its tasks would return is printed beside its log.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from secret_scan import database_hits, folder_hits, hits
from upload_scene import Stage

from ytempire.database.connection import Connection

ROOT = Path(__file__).parent.parent.parent
KEYS = {
    f"{provider}_API_KEY": f"canary-{provider.lower()}-7d1f0c5b2e"
    for provider in ("OPENAI", "ELEVENLABS", "GOOGLE_TTS", "STABILITY", "PEXELS", "PIXABAY")
}
ELSEWHERE = {
    "VAULT_TOKEN": "canary-vault-7d1f0c5b2e",
    "AIRFLOW__CORE__FERNET_KEY": "canary-fernet-7d1f0c5b2e",
    "AIRFLOW_CONN_YOUTUBE_API": json.dumps({"conn_type": "generic", "password": "canary-youtube-7d1f0c5b2e"}),
    "YTEMPIRE_REDIS_URL": "redis://:canary-redis-7d1f0c5b2e@127.0.0.1:9/0",
}
ELSEWHERE_CANARIES = {f"canary-{name}-7d1f0c5b2e" for name in ("vault", "fernet", "youtube", "redis")}
CANARIES = {*KEYS.values(), *ELSEWHERE_CANARIES}

WORKER = """
import logging, os, sys, traceback
from pathlib import Path
from uuid import UUID

from ytempire.database.connection import connect
from ytempire.errors import YtempireError
from ytempire.jobs import production
from ytempire.jobs.queue import fail_job
from ytempire.publishing import mark_published, set_thumbnail, upload_captions, upload_video
from ytempire.settings import get_settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.quota import QuotaLedger

logging.basicConfig(level=logging.INFO)
job_id, upload_id, thumbnail, captions = UUID(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
settings = get_settings()
with connect(settings.database_url) as connection:
    for stage in ("script", "narration", "visuals"):
        print("XCOM", production.make(stage, connection, settings, job_id))
    credentials = OAuthCredentials(*sys.stdin.read().split())
    quota = QuotaLedger(connection, settings.youtube)
    with YouTubeClient(settings.youtube, credentials=credentials, quota=quota, sleep=lambda _: None) as client:
        steps = (
            lambda: upload_video(connection, client, settings, upload_id),
            lambda: upload_video(connection, client, settings, upload_id),
            lambda: set_thumbnail(connection, client, upload_id, thumbnail),
            lambda: upload_captions(connection, client, upload_id, captions, "en"),
            lambda: mark_published(connection, client, upload_id),
            lambda: connect(settings.database_url.replace("/ytempire_test", "/absent")),
        )
        for step in steps:
            try:
                print("XCOM", step())
            except YtempireError as error:
                traceback.print_exc()
                fail_job(connection, job_id, str(error))
    try:
        raise RuntimeError("a library said " + os.environ["OPENAI_API_KEY"])
    except RuntimeError as error:
        fail_job(connection, job_id, str(error))
print("FINISHED")
"""


@pytest.fixture
def quoting(stage: Stage, sandbox_url: str) -> None:
    """Every service fails in its own way and quotes all secrets that it could know."""
    secrets = " ".join({*CANARIES, stage.credentials.refresh_token, stage.credentials.client_secret})
    error = {"code": 400, "message": secrets, "errors": [{"reason": "badRequest", "message": secrets}]}

    def fault(path: str, status: int, **more: object) -> None:
        body = {"path": path, "status": status, "times": -1, "body": {"error": error, "detail": secrets}} | more
        httpx.post(f"{sandbox_url}/control/faults", json=body).raise_for_status()

    fault("^/openai/", 401)
    fault("^/elevenlabs/", 401)
    fault("^/googletts/", 403)
    fault("^/stability/", 500)
    fault("^/pexels/", 429)
    fault("^/pixabay/", 400, body=secrets)
    fault("uploadType=resumable", 500, times=1)
    fault("thumbnails/set", 400)
    fault("/captions", 500)
    fault("/youtube/v3/videos", 403, method="GET", times=1)


def environment(stage: Stage, sandbox_url: str, database_url: str, media: Path) -> dict[str, str]:
    addresses = {
        "YTEMPIRE_DATABASE_URL": database_url,
        "YTEMPIRE_MEDIA_ROOT": str(media),
        "YTEMPIRE_YOUTUBE__ROOT_URL": f"{sandbox_url}/",
        "YTEMPIRE_YOUTUBE__TOKEN_URL": f"{sandbox_url}/token",
        "YTEMPIRE_YOUTUBE__BACKOFF_INITIAL_SECONDS": "0.01",
        "YTEMPIRE_YOUTUBE__RECONCILE_WAIT_SECONDS": "0",
        "YTEMPIRE_CONTENT__SHORT_SIDE_PX": "180",
        "YTEMPIRE_CONTENT__PHOTO_SHARE": "1",
        "YTEMPIRE_CONTENT__SCRIPT_CHAIN": '["gpt-4", "offline"]',
        "YTEMPIRE_CONTENT__OPENAI_BASE_URL": f"{sandbox_url}/openai/v1",
        "YTEMPIRE_CONTENT__ELEVENLABS_BASE_URL": f"{sandbox_url}/elevenlabs",
        "YTEMPIRE_CONTENT__GOOGLE_TTS_BASE_URL": f"{sandbox_url}/googletts",
        "YTEMPIRE_CONTENT__STABILITY_BASE_URL": f"{sandbox_url}/stability",
        "YTEMPIRE_CONTENT__PEXELS_BASE_URL": f"{sandbox_url}/pexels/v1",
        "YTEMPIRE_CONTENT__PIXABAY_BASE_URL": f"{sandbox_url}/pixabay/api/",
    }
    return os.environ | KEYS | ELSEWHERE | addresses


def test_services_that_quote_our_secrets_find_no_echo(
    stage: Stage,
    connection: Connection,
    job_id: UUID,
    database_url: str,
    sandbox_url: str,
    finishing_files: tuple[Path, Path],
    quoting: None,
) -> None:
    upload_id = stage.new_upload(connection)
    media = stage.settings.media_root
    artefacts = media / "jobs" / str(job_id)
    tokens = stage.credentials
    result = subprocess.run(
        [sys.executable, "-c", WORKER, str(job_id), str(upload_id), *map(str, finishing_files)],
        input=f"{tokens.client_id} {tokens.client_secret} {tokens.refresh_token}",
        cwd=ROOT, env=environment(stage, sandbox_url, database_url, media), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    said = result.stdout + result.stderr
    assert "FINISHED" in result.stdout, said
    secrets = {*CANARIES, tokens.client_secret, tokens.refresh_token}
    assert hits(said, secrets) == []
    assert folder_hits(artefacts, secrets) == [] and any(artefacts.rglob("*.json"))
    assert database_hits(database_url, secrets) == []
    # They were quoted to us, by every service, and what we wrote down says so.
    hurt = {entry["details"]["path"].split("/")[1] for entry in stage.sandbox.journal("fault.injected")}
    assert {"openai", "elevenlabs", "googletts", "stability", "pexels", "pixabay", "upload", "youtube"} <= hurt
    assert "***" in said and "XCOM" in said
    failed = connection.execute("SELECT error_message FROM ytempire.generation_jobs WHERE job_id = %s", (job_id,))
    assert next(failed)["error_message"] == "a library said ***"


ONE_PICTURE = """
import logging, os, sys
logging.basicConfig(level=logging.INFO)
from ytempire.content.providers.download import fetch
print(len(fetch(sys.argv[1], 10, params={"key": os.environ["PIXABAY_API_KEY"], "q": "sea"})))
"""


def test_an_address_with_a_key_in_it_is_not_logged(sandbox_url: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", ONE_PICTURE, f"{sandbox_url}/pixabay/api/"],
        cwd=ROOT, env=os.environ | KEYS, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(result.stdout) > 0
    assert hits(result.stdout + result.stderr, CANARIES) == []
