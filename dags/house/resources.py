"""How a task reaches the database and YouTube. Called inside task bodies only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from etl.trends.crew import OpenClient
    from ytempire.database.connection import Connection
    from ytempire.youtube.client import YouTubeClient

DATABASE_CONNECTION = "ytempire_database"
YOUTUBE_API_CONNECTION = "youtube_api"
TOKENS = ("client_id", "client_secret", "refresh_token")


def database_url() -> str:
    """The URL of the YTEMPIRE database, from the Airflow connection ``ytempire_database``."""
    from airflow.providers.postgres.hooks.postgres import PostgresHook

    # The hook names SQLAlchemy's driver; psycopg wants the plain scheme.
    url = PostgresHook(DATABASE_CONNECTION).sqlalchemy_url.set(drivername="postgresql")
    return str(url.render_as_string(hide_password=False))


def database() -> Connection:
    """Open the YTEMPIRE database."""
    from ytempire.database.connection import connect

    return connect(database_url())


def trend_clients() -> OpenClient:
    """How each worker of the trend watch opens a client for public data, with the key in ``youtube_api``.

    The key and the database's URL are asked for here, once: Airflow answers one question at a time.
    """
    from airflow.sdk import Connection as AirflowConnection

    from etl.trends.clients import public_clients
    from ytempire.settings import get_settings

    return public_clients(get_settings(), database_url(), AirflowConnection.get(YOUTUBE_API_CONNECTION).password)


def channel_youtube(connection: Connection, channel_id: UUID) -> YouTubeClient:
    """A client that acts for one channel, with the tokens in the Airflow connection its configuration names.

    Raises InvalidInput when that connection is missing or incomplete.
    """
    from airflow.sdk import Connection as AirflowConnection
    from airflow.sdk.exceptions import AirflowNotFoundException

    from ytempire.channels.store import get_channel
    from ytempire.errors import InvalidInput
    from ytempire.settings import get_settings
    from ytempire.youtube.client import YouTubeClient
    from ytempire.youtube.credentials import OAuthCredentials
    from ytempire.youtube.quota import QuotaLedger

    settings = get_settings().youtube
    channel = get_channel(connection, channel_id)
    try:
        tokens = AirflowConnection.get(channel.credentials_id).extra_dejson
        credentials = OAuthCredentials(**{name: tokens[name] for name in TOKENS})
    except (AirflowNotFoundException, KeyError) as error:
        raise InvalidInput(
            f"connection {channel.credentials_id}",
            f"it is missing, or its extra lacks one of {', '.join(TOKENS)}",
            f"Create it in Airflow for channel {channel.name}.",
        ) from error
    quota = QuotaLedger(connection, settings)
    return YouTubeClient(settings, credentials=credentials, quota=quota, channel_id=channel_id)


def figures(summary: Any) -> dict[str, Any]:
    """A summary (a dataclass) as plain JSON, small enough for XCom and readable in the UI."""
    import json
    from dataclasses import asdict

    plain: dict[str, Any] = json.loads(json.dumps(asdict(summary), default=str))
    return plain
