"""How a task reaches the database and YouTube. Called inside task bodies only."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from etl.freshness.look import FreshnessSummary
    from etl.trends.crew import OpenClient
    from ytempire.database.connection import Connection
    from ytempire.youtube.client import YouTubeClient

DATABASE_CONNECTION = "ytempire_database"
YOUTUBE_API_CONNECTION = "youtube_api"
TOKENS = ("client_id", "client_secret", "refresh_token")


def database_url() -> str:
    """The URL of the YTEMPIRE database, from the Airflow connection ``ytempire_database``.

    From then on the task's log shows no secret of its environment.
    """
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    from ytempire.redaction import known_secrets

    for secret in known_secrets():
        _mask(secret)
    # The hook names SQLAlchemy's driver; psycopg wants the plain scheme.
    url = PostgresHook(DATABASE_CONNECTION).sqlalchemy_url.set(drivername="postgresql")
    return str(url.render_as_string(hide_password=False))


def database() -> Connection:
    """Open the YTEMPIRE database."""
    from ytempire.database.connection import connect

    return connect(database_url())


@cache
def _mask(secret: str) -> None:
    """Have Airflow replace ``secret`` in this task's log, also where an error is not one of ours."""
    from airflow.sdk.log import mask_secret

    mask_secret(secret)


def _api_key() -> str | None:
    """The key for public data in the Airflow connection ``youtube_api``; errors will not show it."""
    from airflow.sdk import Connection as AirflowConnection

    from ytempire.redaction import keep_secret

    key: str | None = AirflowConnection.get(YOUTUBE_API_CONNECTION).password
    keep_secret(key or "")
    return key


def public_youtube(connection: Connection) -> YouTubeClient:
    """A client for public data, with the key in ``youtube_api``; its calls are in the quota ledger."""
    from ytempire.settings import get_settings
    from ytempire.youtube.client import YouTubeClient
    from ytempire.youtube.quota import QuotaLedger

    settings = get_settings().youtube
    return YouTubeClient(settings, api_key=_api_key(), quota=QuotaLedger(connection, settings))


def trend_clients() -> OpenClient:
    """How each worker of the trend watch opens a client for public data, with the key in ``youtube_api``.

    The key and the database's URL are asked for here, once: Airflow answers one question at a time.
    """
    from etl.trends.clients import public_clients
    from ytempire.settings import get_settings

    return public_clients(get_settings(), database_url(), _api_key())


def live_statistics(connection: Connection) -> FreshnessSummary:
    """Look at the young videos with the key in ``youtube_api``; skip the task where there are none."""
    from airflow.sdk.exceptions import AirflowSkipException

    from etl.freshness.young import young_videos
    from ytempire.clock import system_clock
    from ytempire.settings import get_settings

    settings = get_settings()
    young = young_videos(connection, settings, system_clock())
    if not young:
        raise AirflowSkipException(f"No video is younger than {settings.freshness.young_hours} hours.")
    from etl.freshness.clients import statistics_client
    from etl.freshness.look import look
    from ytempire.cache import Cache

    with statistics_client(connection, settings, _api_key()) as client:
        return look(connection, client, settings, young, cache=Cache.of(settings))


def channel_youtube(connection: Connection, channel_id: UUID) -> YouTubeClient:
    """A client that acts for one channel, with the tokens in the Airflow connection its configuration names.

    Raises ConsentMissing (and pauses the channel, with an alert) when it was never connected, Retriable when it was
    and Airflow does not find its tokens now, InvalidInput when the connection is not one of ours.
    """
    from ytempire.channels.consents import pausing_when_revoked, require_consent
    from ytempire.channels.store import get_channel
    from ytempire.errors import InvalidInput, Retriable
    from ytempire.settings import get_settings
    from ytempire.youtube.client import YouTubeClient
    from ytempire.youtube.credentials import OAuthCredentials
    from ytempire.youtube.quota import QuotaLedger

    settings = get_settings().youtube
    channel = get_channel(connection, channel_id)
    name = channel.credentials_id
    extra = _extra(name)
    if extra is None:
        with pausing_when_revoked(connection, channel_id):
            require_consent(connection, channel_id)
        # The owner has agreed: a secrets backend that is away is no reason to ask again.
        raise Retriable(f"Airflow does not find the connection {name} of channel {channel.name}")
    if missing := [token for token in TOKENS if not extra.get(token)]:
        raise InvalidInput(
            f"connection {name}",
            f"its extra lacks {', '.join(missing)}",
            f"Connect the channel again: make channel-connect CHANNEL={channel.youtube_channel_id}",
        )
    credentials = OAuthCredentials(**{token: extra[token] for token in TOKENS})
    quota = QuotaLedger(connection, settings)
    return YouTubeClient(settings, credentials=credentials, quota=quota, channel_id=channel_id)


def _extra(connection_id: str) -> dict[str, Any] | None:
    from airflow.sdk import Connection as AirflowConnection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        extra: dict[str, Any] = AirflowConnection.get(connection_id).extra_dejson
    except AirflowNotFoundException:
        return None
    return extra


def figures(summary: Any) -> dict[str, Any]:
    """A summary (a dataclass) as plain JSON, small enough for XCom and readable in the UI."""
    import json
    from dataclasses import asdict

    plain: dict[str, Any] = json.loads(json.dumps(asdict(summary), default=str))
    return plain
