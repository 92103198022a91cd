"""What is drawn: palettes, scenes within their grid, every script."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from content_samples import SMALL, TITLES, channel, topic
from made_video import written

from ytempire.content import faces, fonts
from ytempire.content.narration import narrate
from ytempire.content.palettes import PALETTES, contrast
from ytempire.content.spending import Unlimited
from ytempire.content.visuals import draw_scenes


def drawn(about, folder: Path, **changes):
    profile = channel(**changes)
    script = written(about=about, profile=profile)
    narration = narrate(script, profile, folder, SMALL, secrets={}, spending=Unlimited())
    return script, narration, draw_scenes(script, narration, about, profile, folder, SMALL)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=str)
def test_every_palette_can_be_read(palette) -> None:
    assert contrast(palette.text, palette.ground) >= 7
    assert contrast(palette.text, palette.surface) >= 7
    assert contrast(palette.muted, palette.ground) >= 4.5
    assert contrast(palette.accent, palette.ground) >= 4.5
    assert contrast(palette.accent, palette.surface) >= 4.5
    assert (0, 0, 0) not in (palette.ground, palette.text)


def test_there_are_at_least_six_palettes() -> None:
    assert len(PALETTES) >= 6


def test_no_picture_repeats_and_scenes_follow_the_narration(tmp_path: Path) -> None:
    _, narration, visuals = drawn(topic("t1"), tmp_path)
    last = [visual.stills[-1].path.read_bytes() for visual in visuals]
    assert len(set(last)) == len(last)
    assert visuals[0].start_seconds == 0 and visuals[-1].end_seconds == narration.duration_seconds
    for before, after in itertools.pairwise(visuals):
        assert before.end_seconds == after.start_seconds
    for visual in visuals:
        times = [still.appears_seconds for still in visual.stills]
        assert times == sorted(times) and visual.start_seconds == times[0] and times[-1] < visual.end_seconds


def test_every_script_and_emoji_has_a_font_that_draws_it() -> None:
    for title in TITLES:
        for run in fonts.runs(title, "Inter", "bold"):
            needed = [c for c in run.text if c.isalpha()]
            assert all(ord(c) in faces.coverage(run.face) for c in needed), run
            assert run.emoji == ("Emoji" in run.face.path)
    assert fonts.right_to_left(TITLES[2]) and not fonts.right_to_left(TITLES[0])


def test_a_title_is_cut_to_its_lines_with_an_ellipsis() -> None:
    lines = fonts.fit("one two three four five six seven eight nine ten", "Inter", "bold", 40, 200, lines=2)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert all(fonts.width(line, "Inter", "bold", 40) <= 200 for line in lines)
    assert len(fonts.fit("字" * 80, "Inter", "bold", 40, 200, lines=2)) == 2
