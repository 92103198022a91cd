"""The pictures of a whole video: cards at both ends, entrances in time, nothing shown twice."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from content_samples import NOW, REGIONS, SMALL, channel, topic
from made_video import written
from PIL import Image

from ytempire.content import briefs, briefs_time
from ytempire.content.assembly import planes
from ytempire.content.assembly.motion import Zoom
from ytempire.content.entrances import AT_LEAST_SEEN_SECONDS, entrances, kept
from ytempire.content.facts import story_facts
from ytempire.content.frames import frame
from ytempire.content.models import Narration, SceneNarration, Script, Word
from ytempire.content.picture_checks import distance, fingerprint
from ytempire.content.scenes.page import FADE, Motion, grow
from ytempire.content.studio import HASH_COLUMNS, HASH_ROWS, SAME_BITS
from ytempire.content.topic import Point
from ytempire.content.visuals import draw_scenes
from ytempire.settings import ContentSettings


def told(script: Script, lead_in: float = 1.2, lead_out: float = 1.8, words: int = 16) -> Narration:
    scenes, at = [], lead_in
    for scene in script.scenes:
        spoken = [Word(text="w", start_seconds=at + 0.4 * n, end_seconds=at + 0.4 * n + 0.3) for n in range(words)]
        end = spoken[-1].end_seconds
        scenes.append(SceneNarration(index=scene.index, start_seconds=at, end_seconds=end, words=spoken))
        at = end + 0.4
    total = scenes[-1].end_seconds + lead_out
    return Narration(
        wav_path=Path("n.wav"), sample_rate_hz=22_050, duration_seconds=total, provider="none", scenes=scenes
    )


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1"])
def test_a_video_begins_and_ends_with_a_card_and_has_no_gap(ratio, tmp_path: Path) -> None:
    script = written()
    narration = told(script)
    visuals = draw_scenes(script, narration, topic(), channel(aspect_ratio=ratio), tmp_path, SMALL)
    first, last = visuals[0], visuals[-1]
    assert (first.kind, last.kind) == ("intro", "outro") and first.heading == last.heading == ""
    assert first.start_seconds == 0 and first.end_seconds == pytest.approx(1.2 - 0.25)
    assert last.start_seconds > narration.scenes[-1].end_seconds and last.end_seconds == narration.duration_seconds
    assert [visual.index for visual in visuals[1:-1]] == [scene.index for scene in script.scenes]
    for before, after in pairwise(visuals):
        assert before.end_seconds == after.start_seconds
    shape = frame(ratio, SMALL)
    for visual in visuals:
        scale = 1 + visual.travel_px / shape.width_px if visual.motion.startswith("zoom") else 1
        expected = (shape.width_px + visual.travel_px, round(shape.height_px * scale))
        assert {Image.open(still.path).size for still in visual.stills} == {expected}
        assert visual.travel_px / shape.width_px <= 0.06


@pytest.mark.parametrize("short_side", [360, 1080])
@pytest.mark.parametrize("ratio", ["16:9", "9:16"])
def test_a_zoom_goes_from_the_whole_still_to_its_middle_and_cuts_no_margin(ratio, short_side) -> None:
    shape = frame(ratio, ContentSettings(short_side_px=short_side))
    travel = round(shape.width_px * 0.025) * 2
    width, height = Motion("zoom_in", travel).page_px(shape)
    ramp = np.tile(np.linspace(0, 255, width), (height // 2 * 2, 1)).astype(np.uint8)
    grey = np.full((height // 2, width // 2), 128, np.uint8)
    zoom = Zoom(shape, travel, 60, inwards=True)
    ready, out = zoom.prepared(planes.Planes(ramp, grey, grey.copy())), planes.empty(*shape.size_px)
    for number, (left, right) in ((0, (0, width)), (59, (travel / 2, width - travel / 2))):
        ready.draw(number, out)
        shown = out.y[shape.height_px // 2].astype(float) / 255 * width
        assert abs(shown[0] - left) <= 0.006 * width and abs(shown[-1] - right) <= 0.006 * width


def test_without_time_for_them_there_are_no_cards(tmp_path: Path) -> None:
    script = written()
    visuals = draw_scenes(script, told(script, 0.3, 0.7), topic(), channel(), tmp_path, SMALL)
    assert [visual.index for visual in visuals] == [scene.index for scene in script.scenes]
    assert visuals[0].start_seconds == 0


def test_stills_enter_with_words_and_are_done_before_the_scene_ends(tmp_path: Path) -> None:
    script = written()
    narration = told(script)
    spoken = {scene.index: {word.start_seconds for word in scene.words} for scene in narration.scenes}
    for visual in draw_scenes(script, narration, topic(), channel(), tmp_path, SMALL)[1:-1]:
        assert visual.stills[0].appears_seconds == visual.start_seconds
        for before, after in pairwise(visual.stills):
            assert after.appears_seconds > before.appears_seconds
        assert {still.appears_seconds for still in visual.stills[1:]} <= spoken[visual.index]
        last = visual.stills[-1]
        assert last.appears_seconds + last.enters_seconds + AT_LEAST_SEEN_SECONDS <= visual.end_seconds


@pytest.mark.parametrize("seconds", [0.5, 1.0, 1.6, 2.4, 9.0])
def test_a_short_scene_keeps_what_it_has_time_for_and_always_the_whole_picture(seconds: float) -> None:
    enters = [FADE, grow(1.1), FADE, FADE]
    spoken = SceneNarration(index=0, start_seconds=3.1, end_seconds=3 + seconds, words=[])
    steps = kept(enters, (3.0, 3 + seconds))
    assert steps[-1] == 3 and steps == sorted(set(steps))
    chosen = [enters[step] for step in steps]
    times = entrances(spoken, (3.0, 3 + seconds), chosen)
    assert times[0] == 3.0
    for (at, after), enter in zip(pairwise(times), [None, *chosen[1:]], strict=False):
        assert after >= at + (enter.seconds if enter else 0)
    assert len(times) == 1 or times[-1] + chosen[-1].seconds <= 3 + seconds
    assert (len(steps) == 4) == (seconds > 2.5)


def test_a_picture_that_is_asked_for_twice_is_drawn_another_way(tmp_path: Path) -> None:
    script = written()
    lead = story_facts(topic()).lead
    asked = [
        briefs.rank_card(lead, 1),
        briefs.growth_line(lead),
        briefs.bar_ranking(story_facts(topic()).by_speed[:4], lead),
        briefs.big_number("+99 K", "views an hour"),
        briefs.listed_countries(lead, 6),
    ]
    scenes = [
        script.scenes[0].model_copy(update={"index": number, "visual": brief, "heading": f"Part {number}"})
        for number, brief in enumerate([*asked, *asked])
    ]
    script = script.model_copy(update={"scenes": scenes})
    visuals = draw_scenes(script, told(script), topic(), channel(), tmp_path, SMALL)
    assert len(visuals) == len(scenes) + 2
    marks = [fingerprint(Image.open(one.stills[-1].path), HASH_COLUMNS, HASH_ROWS) for one in visuals]
    assert all(distance(one, other) > SAME_BITS for one, other in combinations(marks, 2))
    files = {still.path for visual in visuals for still in visual.stills}
    assert {path for path in tmp_path.iterdir() if path.suffix == ".tga"} == files, "refused ones are gone"


def test_videos_of_one_channel_are_not_all_composed_alike(tmp_path: Path) -> None:
    shown = set()
    for number in range(8):
        about = topic(f"topic-{number}")
        script = written()
        visuals = draw_scenes(script, told(script), about, channel(), tmp_path / str(number), SMALL)
        shown.add(tuple(fingerprint(Image.open(visual.stills[-1].path), 8, 8) for visual in visuals))
    assert len(shown) >= 4


def test_a_timeline_tells_only_what_was_observed() -> None:
    one = story_facts(topic()).others[1]
    brief = briefs_time.timeline(one)
    assert brief is not None
    times = [event.at for event in brief.events]
    assert times == sorted(times) and times[0] == one.video.published_at and times[-1] == NOW
    assert brief.events[-1].figure == "782 K" and brief.events[1].figure == "#3"
    observed = {point.at for point in one.video.points} | {one.video.published_at}
    halves = {a + (b - a) / 2 for (a, _), (b, _) in pairwise(one.growth)}
    assert set(times) <= observed | halves
    assert briefs_time.timeline(story_facts(topic(points=[])).lead) is None


def test_a_race_shows_each_video_as_last_observed_and_needs_several() -> None:
    story = story_facts(topic())
    race = briefs_time.bar_race(story.by_speed, story.lead)
    assert race is not None and 3 <= len(race.days) <= 5 and race.highlight == 0
    for day in race.days:
        for one, value in zip(story.by_speed, day.values, strict=False):
            assert value == max((views for at, views in one.growth if at <= day.at), default=0)
    assert race.days[-1].values == [float(one.views) for one in story.by_speed[:6]]
    assert briefs_time.bar_race([story.lead], story.lead) is None
    still = [Point(at=NOW, region_code=REGIONS[0], rank=1, views=5)]
    assert briefs_time.bar_race([story_facts(topic(points=still, published_at=None)).lead], None) is None


def test_a_race_stands_for_a_ranking_only_where_it_ends_in_the_same_order() -> None:
    story = story_facts(topic())
    ranking = briefs.bar_ranking(story.by_speed, story.lead)
    assert briefs_time.over_time(ranking, story) is not None
    slow = ranking.model_copy(update={"bars": ranking.bars[::-1]})
    assert briefs_time.over_time(slow, story) is None
    assert briefs_time.over_time(briefs.growth_line(story.lead), story) == briefs_time.timeline(story.lead)
    assert briefs_time.over_time(briefs.big_number("1", "view"), story) is None
