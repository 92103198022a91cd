"""What the stages of a video hand to each other: script, narration, stills, captions.

Every stage writes files into the job's folder and returns one of these; each can be
kept as JSON (``model_dump_json``) beside the file it describes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)

Form = Literal["countdown", "rise", "comparison", "week_in_review"]
Kind = Literal["rank_card", "growth_line", "two_columns", "big_number", "countries", "bar_ranking"]


TimeKind = Literal["timeline", "bar_race"]
SceneKind = Kind | TimeKind | Literal["country_map", "photo", "intro", "outro"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RankCard(_Model):
    """One video at its place in an order: place, title, channel, one number."""

    kind: Literal["rank_card"] = "rank_card"
    place: PositiveInt
    title: str
    channel_title: str
    number: str
    meaning: str


class Moment(_Model):
    """A labelled point of a growth line: the middle of its steepest stretch."""

    at: AwareDatetime
    views: NonNegativeInt
    label: str


class GrowthLine(_Model):
    """Views of one video over time; at least two points, oldest first."""

    kind: Literal["growth_line"] = "growth_line"
    title: str
    points: Annotated[list[tuple[AwareDatetime, NonNegativeInt]], Field(min_length=2)]
    moment: Moment
    end_label: str


class Column(_Model):
    """One side of a comparison: a name and its figures, as many and in the order of the labels."""

    name: str
    channel_title: str
    figures: list[str]


class TwoColumns(_Model):
    """Two videos side by side, row by row. ``leads`` says for each row which side is ahead."""

    kind: Literal["two_columns"] = "two_columns"
    labels: list[str]
    left: Column
    right: Column
    leads: list[Literal["left", "right", "none"]]


class BigNumber(_Model):
    """One number and what it means."""

    kind: Literal["big_number"] = "big_number"
    number: str
    meaning: str
    detail: str = ""


class Country(_Model):
    """A country in whose chart the video is listed."""

    region_code: str
    name: str
    rank: PositiveInt | None


class Countries(_Model):
    """Where a video is listed; ``watched`` is how many charts were looked at."""

    kind: Literal["countries"] = "countries"
    title: str
    listed: list[Country]
    watched: PositiveInt


class Bar(_Model):
    """One bar: its label, its length (any unit, the same in all bars) and the number written at it."""

    label: str
    value: NonNegativeFloat
    number: str


class BarRanking(_Model):
    """Videos in order of one number. ``highlight`` is the index of the bar spoken of."""

    kind: Literal["bar_ranking"] = "bar_ranking"
    meaning: str
    bars: Annotated[list[Bar], Field(min_length=1, max_length=6)]
    highlight: NonNegativeInt | None = None


class TimelineEvent(_Model):
    """Something that was observed at a moment: a figure, and in words what it is."""

    at: AwareDatetime
    figure: str
    label: str


class Timeline(_Model):
    """The rise of one video, oldest first, the last event the present."""

    kind: Literal["timeline"] = "timeline"
    title: str
    events: Annotated[list[TimelineEvent], Field(min_length=3, max_length=5)]


class RaceDay(_Model):
    """What each video had at a moment, in the order of the labels."""

    at: AwareDatetime
    values: list[NonNegativeFloat]


class BarRace(_Model):
    """Videos beside each other at one moment after another. ``highlight`` is the index of the one spoken of."""

    kind: Literal["bar_race"] = "bar_race"
    meaning: str
    labels: Annotated[list[str], Field(min_length=2, max_length=6)]
    days: Annotated[list[RaceDay], Field(min_length=2, max_length=5)]
    highlight: NonNegativeInt | None = None


VisualBrief = Annotated[
    RankCard | GrowthLine | TwoColumns | BigNumber | Countries | BarRanking | Timeline | BarRace,
    Field(discriminator="kind"),
]


class Scene(_Model):
    """One idea: what is said and what is shown while it is said."""

    index: NonNegativeInt
    heading: Annotated[str, Field(min_length=1, max_length=60)]
    narration: Annotated[str, Field(min_length=1, max_length=900)]
    visual: VisualBrief
    picture: Annotated[str, Field(max_length=400)] = Field(
        default="", description="What a picture for this scene shows, in words; empty for a scene that is drawn."
    )


class Script(_Model):
    """A video in words. The narration of the first scene is the hook, of the last the call to action."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    title_candidates: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(min_length=1)]
    description: Annotated[str, Field(max_length=5_000)]
    tags: list[str]
    hook: str
    scenes: Annotated[list[Scene], Field(min_length=3, max_length=60)]
    call_to_action: str
    form: Form
    language: str
    prompt_version: str
    source: str = Field(description="Source and day of the numbers, as shown in small type.")
    withheld: list[str] = Field(default=[], description="Titles and names that steered a model (keys of VideoFacts).")
    contains_synthetic_media: bool = True
    made_for_kids: bool = False


class Written(_Model):
    """A script, the provider of the chain that wrote it, and why those before it did not ("name: reason")."""

    script: Script
    provider: str
    passed_over: tuple[str, ...] = ()


class Earlier(_Model):
    """What a channel made before: so that the next script takes another form and other words."""

    forms: Annotated[list[Form], Field(description="The newest first.")] = []
    made: NonNegativeInt = 0


class Word(_Model):
    """A spoken word as it stands in the narration, with its time in the whole narration (seconds)."""

    text: str
    start_seconds: NonNegativeFloat
    end_seconds: NonNegativeFloat


class SceneNarration(_Model):
    """When a scene is spoken, and when each of its words is."""

    index: NonNegativeInt
    start_seconds: NonNegativeFloat
    end_seconds: NonNegativeFloat
    words: list[Word]


class Narration(_Model):
    """The spoken script in one WAV file (16 bit, mono)."""

    wav_path: Path
    sample_rate_hz: PositiveInt
    duration_seconds: NonNegativeFloat
    provider: str
    passed_over: tuple[str, ...] = Field(
        default=(), description='Providers before it in the chain, each "name: reason".'
    )
    scenes: list[SceneNarration]


class Still(_Model):
    """A picture of a scene, when it begins to appear (seconds from the video's start), and how.

    A wipe uncovers it along a moving edge: a line draws itself, bars grow.
    """

    path: Path
    appears_seconds: NonNegativeFloat
    enters: Literal["fade", "wipe_right", "wipe_up"] = "fade"
    enters_seconds: PositiveFloat = 0.4


class SceneVisual(_Model):
    """The stills of one scene, in which things enter one after another.

    Each still is ``travel_px`` wider than the video; when the scene zooms it is higher in the
    same proportion, when it drifts it has the video's height. The window moves over it.
    """

    index: NonNegativeInt
    kind: SceneKind
    heading: str
    start_seconds: NonNegativeFloat
    end_seconds: NonNegativeFloat
    stills: Annotated[list[Still], Field(min_length=1)]
    motion: Literal["drift_left", "drift_right", "zoom_in", "zoom_out"]
    travel_px: NonNegativeInt
    provider: str = "drawn"


class Music(_Model):
    """The piece that plays under the speech, with what its licence asks us to say."""

    title: str
    author: str
    path: Path
    licence: str
    attribution: str
    url: str = ""


class Soundtrack(_Model):
    """Speech and music as they are heard: AAC in an MP4 container, 48 kHz, stereo."""

    path: Path
    duration_seconds: PositiveFloat
    integrated_lufs: float
    true_peak_dbtp: float
    music: Music | None = None


class Captions(_Model):
    """The captions: ASS to burn in, SRT and WebVTT to publish."""

    ass_path: Path
    srt_path: Path
    vtt_path: Path
    first_seconds: NonNegativeFloat
    last_seconds: NonNegativeFloat
    count: NonNegativeInt
