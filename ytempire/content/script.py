"""First stage of a video: a topic becomes a script, by the first writer of the chain that answers."""

from __future__ import annotations

from collections.abc import Mapping

from ytempire.content import providers
from ytempire.content.models import Written
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

VERSION = "1"
"""Raised when the writers change, so that an old script is written anew."""


def write_script(
    topic: Topic,
    channel: ChannelProfile,
    settings: ContentSettings,
    *,
    secrets: Mapping[str, str],
    spending: Spending,
) -> Written:
    """Write the script of ``topic`` for ``channel``.

    ``secrets`` holds the providers' keys by provider name ("openai"). Raises ProviderUnavailable
    when no writer answers, InvalidInput for an unknown writer, BudgetExceeded when the ledger refuses.
    """
    failures: list[str] = []
    for name in settings.script_chain:
        write = providers.writer(name, settings, secrets, spending)
        try:
            return Written(script=write(topic, channel), provider=name)
        except ProviderUnavailable as error:
            failures.append(f"{name}: {error}")
    raise ProviderUnavailable("no writer answered: " + "; ".join(failures))
