"""Connecting a channel: its owner agrees at Google, the tokens go to Airflow, the consent is recorded.

Nothing is kept unless the answer is the one that was asked for: all scopes, and of the account whose channel it is.
What was granted is not revoked then: Google would revoke every token of that account for our application, those of
another channel of the network too.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from ytempire.channels.consents import ConsentEvent, record_consent
from ytempire.channels.models import Channel
from ytempire.channels.tokens import TokenStore
from ytempire.database.connection import Connection
from ytempire.errors import ConsentRefused, InvalidInput, NotFound, YtempireError
from ytempire.settings import YouTubeSettings
from ytempire.youtube.authorization import ConsentRequest, Grant, ask_for_consent, code_of, fetch_grant
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthClient
from ytempire.youtube.loopback import LoopbackPage
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.scopes import short, wanted_scopes

logger = logging.getLogger(__name__)

# Nothing needs to listen there: the answer is read in the browser's address bar.
_CONSOLE_REDIRECT = "http://127.0.0.1:1/"


class Conversation(Protocol):
    """How the owner is asked: shows the address of a consent and returns it with the answer."""

    def __call__(self, begin: Callable[[str], ConsentRequest]) -> tuple[ConsentRequest, str]:
        """Begin the request for a redirect address, let the owner answer, return both."""
        ...


def by_browser(show: Callable[[str], object], *, port: int, timeout_seconds: float) -> Conversation:
    """The owner's browser runs on this machine: ``show`` opens the address, the answer comes to 127.0.0.1."""

    def ask(begin: Callable[[str], ConsentRequest]) -> tuple[ConsentRequest, str]:
        with LoopbackPage(port) as page:
            request = begin(page.redirect_uri)
            page.await_state(request.state)
            show(request.address)
            return request, page.answer(timeout_seconds)

    return ask


def by_console(show: Callable[[str], object], read: Callable[[], str]) -> Conversation:
    """The browser runs elsewhere: ``show`` prints the address, ``read`` returns the one it ended at, or the code."""

    def ask(begin: Callable[[str], ConsentRequest]) -> tuple[ConsentRequest, str]:
        request = begin(_CONSOLE_REDIRECT)
        show(request.address)
        return request, read()

    return ask


def connect_channel(
    connection: Connection,
    settings: YouTubeSettings,
    channel: Channel,
    client: OAuthClient,
    ask: Conversation,
    store: TokenStore,
    *,
    actor: str,
) -> ConsentEvent:
    """Have the owner of ``channel`` agree to our work, keep the tokens, record the consent and return it.

    ``actor`` is who is at the keyboard. Raises ConsentRefused for a no, a part of the scopes, or the account of
    another channel; then nothing was kept. The channel works again if it was paused for its authorisation.
    """
    if channel.status == "archived":
        raise InvalidInput("channel", f"{channel.name} is archived", "Archived channels are not connected.")
    scopes = wanted_scopes(monetized=channel.monetization_enabled)
    request, answer = ask(lambda redirect_uri: ask_for_consent(settings, client, scopes, redirect_uri))
    grant = fetch_grant(settings, client, request, code_of(request, answer))
    _check_scopes(scopes, grant)
    _check_account(connection, settings, channel, grant)
    # Kept before it is recorded: tokens without a record upload nothing, a record without tokens would lie.
    store.keep(channel.credentials_id, grant.credentials)
    event = record_consent(
        connection, channel.channel_id, client_id=client.client_id, scopes=sorted(grant.scopes), actor=actor
    )
    _order_reports(settings, grant)
    return event


def _order_reports(settings: YouTubeSettings, grant: Grant) -> None:
    """Let YouTube begin with the bulk reports today; where that fails, tonight's analytics_etl orders them."""
    with YouTubeClient(settings, credentials=grant.credentials) as client:
        try:
            client.reporting.ensure_jobs()
        except YtempireError as error:
            logger.warning("the bulk reports could not be ordered yet: %s", error)


def _check_scopes(wanted: Sequence[str], grant: Grant) -> None:
    missing = [short(scope) for scope in wanted if scope not in grant.scopes]
    if missing:
        raise ConsentRefused(f"the owner has not agreed to all of it: {', '.join(missing)} is missing. Tick every box.")


def _check_account(connection: Connection, settings: YouTubeSettings, channel: Channel, grant: Grant) -> None:
    """The account's own channel must be the one that is meant: otherwise we would publish at somebody else's."""
    quota = QuotaLedger(connection, settings)
    with YouTubeClient(settings, credentials=grant.credentials, quota=quota, channel_id=channel.channel_id) as client:
        try:
            mine = client.my_channel()
        except NotFound:
            raise ConsentRefused("the account has no channel. Sign in with the account of the channel.") from None
    if mine.youtube_channel_id != channel.youtube_channel_id:
        raise ConsentRefused(
            f"the account is that of {mine.title} ({mine.youtube_channel_id}), not of {channel.name} "
            f"({channel.youtube_channel_id}). Choose that channel when Google asks."
        )
