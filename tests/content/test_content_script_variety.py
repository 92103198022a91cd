"""Ten videos of a channel do not sound alike, and a longer video is told from the same evidence, without filler."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from content_samples import channel, scarce_topic
from script_topics import charts_topic

from ytempire.content.assignments import Assignment
from ytempire.content.facts import story_facts
from ytempire.content.models import Earlier, Script
from ytempire.content.providers.offline import estimated_seconds, write
from ytempire.content.text import clean
from ytempire.content.topic import Topic
from ytempire.quality import policy
from ytempire.settings import QualitySettings

Grams = set[tuple[str, ...]]


def ten_videos(*, seconds: int = 50, others: int = 9, remembered: bool = True) -> list[tuple[Topic, Script]]:
    """Ten scripts of one channel, one after the other; ``remembered`` tells the writer what was made before."""
    made: list[tuple[Topic, Script]] = []
    for number in range(10):
        earlier = Earlier(forms=[script.form for _, script in reversed(made)], made=number)
        topic = charts_topic(number, others)
        made.append((topic, write(Assignment(topic, channel(), seconds, earlier if remembered else Earlier()))))
    return made


def five_grams(topic: Topic, script: Script) -> Grams:
    """Runs of five words of the narration, with names and figures put out of the way."""
    text = " ".join(scene.narration for scene in script.scenes)
    names = {name for one in story_facts(topic).everyone for name in (one.said, one.said_short, one.title, one.channel)}
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), " NAME ", text, flags=re.IGNORECASE)
    words = re.findall(r"[a-z']+", re.sub(r"\d[\d.,]*", " ", text).lower())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def shared(grams: list[Grams]) -> list[float]:
    return [len(one & other) / min(len(one), len(other)) for one, other in itertools.combinations(grams, 2)]


@pytest.mark.parametrize(("remembered", "most", "on_average"), [(True, 0.30, 0.06), (False, 0.45, 0.10)])
def test_ten_videos_of_a_channel_do_not_sound_alike(remembered: bool, most: float, on_average: float) -> None:
    made = ten_videos(remembered=remembered)
    shares = shared([five_grams(topic, script) for topic, script in made])
    forms = Counter(script.form for _, script in made)
    print(f"shared 5-grams: at most {max(shares):.1%}, mean {sum(shares) / len(shares):.1%}, forms {dict(forms)}")
    assert max(shares) <= most
    assert sum(shares) / len(shares) <= on_average
    assert len(forms) >= 3
    for text in ("hook", "call_to_action", "title"):
        assert len({getattr(script, text) for _, script in made}) == 10, text


def test_a_form_is_not_used_twice_in_a_row_and_all_have_their_turn() -> None:
    forms = [script.form for _, script in ten_videos()]
    assert all(first != second for first, second in itertools.pairwise(forms))
    assert len(set(forms)) == 4


@pytest.mark.parametrize(("seconds", "fewest"), [(50, 42), (180, 165), (600, 520)])
def test_a_longer_video_tells_more_of_the_same_evidence(seconds: int, fewest: int) -> None:
    lengths = []
    for _, script in ten_videos(seconds=seconds, others=28):
        lengths.append(estimated_seconds(script))
        assert fewest <= lengths[-1] <= seconds * 1.2, (script.form, lengths[-1])
        assert not policy.check(script, channel(), QualitySettings()).violations
        assert len({scene.visual.model_dump_json() for scene in script.scenes}) == len(script.scenes)
        assert len({scene.picture for scene in script.scenes}) == len(script.scenes)
        told = Counter(
            sentence for scene in script.scenes for sentence in re.split(r"(?<=[.?!]) ", scene.narration) if sentence
        )
        assert max(told.values()) <= 2, told.most_common(2)
    print(f"{seconds} s asked: {min(lengths):.0f} to {max(lengths):.0f} s")


def test_where_the_evidence_ends_the_script_ends() -> None:
    script = write(Assignment(scarce_topic(), channel(), 600))
    assert 20 <= estimated_seconds(script) < 60
    assert len({scene.narration for scene in script.scenes}) == len(script.scenes)


def test_a_picture_is_described_in_our_own_words() -> None:
    for topic, script in ten_videos():
        for scene in script.scenes:
            assert 20 <= len(scene.picture) <= 400
            assert scene.picture.isascii() and scene.picture == clean(scene.picture) == scene.picture.lower()
            assert "no people" in scene.picture
            for one in story_facts(topic).everyone:
                assert one.title.lower() not in scene.picture and one.channel.lower() not in scene.picture
        styles = {scene.picture.split(", ")[-4] for scene in script.scenes}
        assert len(styles) <= 2, "one style a video"


def test_chapters_are_few_and_the_source_is_named_however_long_the_video_is() -> None:
    script = write(Assignment(charts_topic(0, 28), channel(), 600))
    chapters = [line for line in script.description.splitlines() if re.match(r"\d+:\d\d ", line)]
    assert 5 <= len(chapters) <= 25
    assert len(script.description.encode()) <= 5_000
    assert script.source in script.description
