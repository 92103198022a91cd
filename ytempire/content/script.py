"""First stage of a video: a topic becomes a script, by the first writer of the chain that answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ytempire.content import providers
from ytempire.content.chain import first_that_answers
from ytempire.content.models import Script, Written
from ytempire.content.spending import Spending
from ytempire.content.topic import ChannelProfile, Topic
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
    revision: int = 0,
    revise_for: Sequence[str] = (),
) -> Written:
    """Write the script of ``topic`` for ``channel``, and say who was passed over and why.

    ``secrets`` holds the providers' keys by provider name ("openai"). A ``revision`` is written otherwise,
    because of what was wrong (``revise_for``). Raises what :func:`first_that_answers` raises when no writer
    answers, InvalidInput for an unknown writer.
    """
    if revision:
        # What is told in which form and words is drawn by the topic's id.
        topic = topic.model_copy(update={"topic_id": f"{topic.topic_id}/revision-{revision}"})

    def write(name: str) -> Script:
        return providers.writer(name, settings, secrets, spending)(topic, channel)

    answer = first_that_answers(settings.script_chain, write, what="writer")
    return Written(script=answer.value, provider=answer.provider, passed_over=answer.passed_over)
