"""First stage of a video: a topic becomes a script, by the first writer of the chain that answers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ytempire.content import providers
from ytempire.content.assignments import Assignment
from ytempire.content.chain import first_that_answers
from ytempire.content.models import Earlier, Script, Written
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile, Topic
from ytempire.errors import Steered
from ytempire.settings import ContentSettings

VERSION = "2"
"""Raised when the writers change, so that an old script is written anew."""


def write_script(
    topic: Topic,
    channel: ChannelProfile,
    settings: ContentSettings,
    *,
    secrets: Mapping[str, str],
    spending: Spending,
    earlier: Earlier | None = None,
    revise_for: Sequence[str] = (),
) -> Written:
    """Write the script of ``topic`` for ``channel``, and say who was passed over and why.

    ``secrets`` holds the providers' keys by provider name ("openai"); ``earlier`` is what the channel made
    before, ``revise_for`` what was wrong with the first version of this script. All language models together have
    ``settings.script_time_limit_seconds``. Raises what :func:`first_that_answers` raises when no writer answers,
    InvalidInput for an unknown writer.
    """
    assignment = Assignment(
        topic,
        channel,
        settings.target_duration_seconds,
        earlier or Earlier(),
        time.monotonic() + settings.script_time_limit_seconds,
        revise_for=tuple(revise_for),
    )

    withheld: set[str] = set()

    def write(name: str) -> Script:
        try:
            return providers.writer(name, settings, secrets, spending)(
                replace(assignment, withheld=frozenset(withheld))
            )
        except Steered as error:
            withheld.update(error.withheld)
            raise

    answer = first_that_answers(settings.script_chain, write, what="writer")
    return Written(script=answer.value, provider=answer.provider, passed_over=answer.passed_over)
