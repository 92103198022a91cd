"""What a script writer is asked for: the story, whose channel, how long, what was made before, and until when."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from ytempire.content.models import Earlier
from ytempire.content.topic import ChannelProfile, Topic

LETTERS_A_SECOND = 15.5
"""Letters of narration a voice says in a second, as measured with the default voice and speed."""


@dataclass(frozen=True)
class Assignment:
    """One script to write. ``deadline`` is a time of ``time.monotonic`` for writers that are waited for.

    ``withheld`` are titles and names that steered an earlier writer: they are not quoted;
    ``revise_for`` says what was wrong with the version before; where it is empty there was none.
    """

    topic: Topic
    channel: ChannelProfile
    target_seconds: float
    earlier: Earlier = field(default_factory=Earlier)
    deadline: float = math.inf
    withheld: frozenset[str] = frozenset()
    revise_for: tuple[str, ...] = ()

    @property
    def seed(self) -> str:
        """What decides wherever chance would: the topic and the channel."""
        return f"{self.topic.topic_id}/{self.channel.channel_id}"

    @property
    def letters(self) -> int:
        """Letters of narration that fill the time."""
        return round(self.target_seconds * LETTERS_A_SECOND)

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline."""
        return self.deadline - time.monotonic()
