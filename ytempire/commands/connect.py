"""``ytempire channels connect``: the owner of a channel agrees to our work for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ytempire.commands.channel_argument import OneChannel

if TYPE_CHECKING:
    from ytempire.airflow_api import AirflowApi
    from ytempire.channels.connect import Conversation
    from ytempire.settings import YouTubeSettings
    from ytempire.youtube.credentials import OAuthClient

PASSWORD = "YTEMPIRE_AIRFLOW_PASSWORD"  # noqa: S105 - the variable's name


def connect(
    channel: OneChannel,
    client: Annotated[
        Path | None, typer.Option(help="client_secret_….json; else the setting YTEMPIRE_YOUTUBE__CLIENT_FILE")
    ] = None,
    console: Annotated[bool, typer.Option("--console", help="The browser runs on another machine")] = False,
    airflow_url: Annotated[
        str, typer.Option(envvar="AIRFLOW_UI_URL", help="Airflow's API server")
    ] = "http://127.0.0.1:8080",
    airflow_user: Annotated[
        str, typer.Option(envvar="YTEMPIRE_AIRFLOW_USER", help="Who may write connections there")
    ] = "operator",
) -> None:
    """Connect a channel to its YouTube account: the owner agrees, the tokens go to Airflow (or to Vault)."""
    import getpass

    from ytempire.airflow_api import AirflowApi
    from ytempire.channels.connect import connect_channel
    from ytempire.channels.store import find_channel
    from ytempire.channels.tokens import token_store
    from ytempire.commands.shared import database, person
    from ytempire.settings import get_settings
    from ytempire.youtube.scopes import short

    settings = get_settings()
    application = _application(client or settings.youtube.client_file)

    def airflow() -> AirflowApi:
        password = os.environ.get(PASSWORD) or getpass.getpass(f"Password of {airflow_user} at {airflow_url}: ")
        return AirflowApi(airflow_url, airflow_user, password)

    store = token_store(airflow, os.environ)
    ask = _at_the_console() if console else _in_the_browser(settings.youtube)
    with database() as connection:
        found = find_channel(connection, channel)
        consent = connect_channel(connection, settings.youtube, found, application, ask, store, actor=person())
    print(f"{found.name} is connected, for {', '.join(map(short, consent.scopes))}.")


def _application(path: Path | None) -> OAuthClient:
    from ytempire.errors import InvalidInput
    from ytempire.youtube.credentials import OAuthClient

    if path is None:
        raise InvalidInput(
            "client", "no client file is named", "Give --client FILE or set YTEMPIRE_YOUTUBE__CLIENT_FILE."
        )
    return OAuthClient.of_file(path)


def _in_the_browser(settings: YouTubeSettings) -> Conversation:
    import webbrowser

    from ytempire.channels.connect import by_browser

    def show(address: str) -> None:
        print(f"The owner of the channel agrees here:\n\n{address}\n", flush=True)
        webbrowser.open(address)

    return by_browser(show, port=settings.consent_port, timeout_seconds=settings.consent_seconds)


def _at_the_console() -> Conversation:
    from ytempire.channels.connect import by_console

    def show(address: str) -> None:
        print(
            f"Open this address in any browser and agree:\n\n{address}\n\n"
            "The browser then ends at an address that cannot be opened. Copy all of it.\n",
            flush=True,
        )

    return by_console(show, lambda: input("The address: "))
