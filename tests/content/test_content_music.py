"""Music: only with a licence beside it, the same for the same video, and credited."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from content_samples import channel, topic
from test_content_narration import OFFLINE

from ytempire.content import music
from ytempire.content.metadata import credited
from ytempire.content.script import write_script
from ytempire.content.spending import Unlimited

GOOD = {"title": "Slow Rivers", "author": "A Composer", "licence": "CC-BY-4.0", "url": "https://example.org/rivers"}


def put(folder: Path, name: str, sidecar: object = None, text: str = "", end: str = ".json", **changes: str) -> None:
    """Put a piece into the folder, with what lies beside it."""
    (folder / f"{name}.mp3").write_bytes(b"sound")
    if sidecar is not None or text or changes:
        (folder / f"{name}{end}").write_text(text or json.dumps(GOOD | changes if changes else sidecar))


def test_without_a_folder_or_a_piece_there_is_no_music(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert music.choose_music(None, "channel", "video") is None
    assert music.choose_music(tmp_path, "channel", "video") is None
    assert music.choose_music(tmp_path / "nowhere", "channel", "video") is None
    assert "does not exist" in caplog.text


@pytest.mark.parametrize(
    ("sidecar", "says"),
    [
        ("", "has no sidecar"),
        ("{", "cannot be read"),
        ("[]", "never used"),
        (json.dumps(GOOD | {"licence": ""}), "licence of"),
        (json.dumps({key: GOOD[key] for key in ("title", "author", "url")}), "licence of"),
        (json.dumps({key: GOOD[key] for key in ("title", "licence", "url")}), "author of"),
        (json.dumps(GOOD | {"url": "my disk"}), "url of"),
        (json.dumps(GOOD | {"license": "CC0"}), "license of"),
        (json.dumps(GOOD | {"licence": "CC-BY-NC-4.0"}), "does not allow"),
        (json.dumps(GOOD | {"licence": "CC BY-ND 4.0"}), "does not allow"),
        (json.dumps(GOOD | {"licence": "free for non-commercial use"}), "does not allow"),
    ],
)
def test_a_piece_without_a_licence_for_our_use_is_never_used(tmp_path, caplog, sidecar: str, says: str) -> None:
    put(tmp_path, "piece", text=sidecar)
    with caplog.at_level(logging.WARNING):
        assert music.choose_music(tmp_path, "channel", "video") is None
    assert "piece.mp3" in caplog.text and says in caplog.text


def test_a_sidecar_in_yaml_is_read_and_its_words_of_thanks_are_kept(tmp_path: Path) -> None:
    lines = [f"{key}: {value}" for key, value in GOOD.items()]
    put(tmp_path, "one", text="\n".join(lines), end=".yaml")
    put(tmp_path, "two", text="\n".join([*lines, "attribution: Thanks to the river"]), end=".yml")
    one, two = music.usable(tmp_path)
    assert music.credit(one) == "Music: “Slow Rivers” by A Composer, CC-BY-4.0, https://example.org/rivers"
    assert music.credit(two) == "Music: Thanks to the river"
    assert one.path == tmp_path / "one.mp3" and one.licence == "CC-BY-4.0"


def test_the_same_video_has_the_same_piece_and_the_next_one_another(tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        put(tmp_path, name, title=name)
    previous = None
    used = []
    for number in range(40):
        piece = music.choose_music(tmp_path, "channel", f"job-{number}", previous=previous)
        assert piece == music.choose_music(tmp_path, "channel", f"job-{number}", previous=previous)
        assert piece is not None and piece.title != previous
        previous = piece.title
        used.append(previous)
    assert set(used) == {"a", "b", "c", "d"}


def test_the_only_piece_may_come_again(tmp_path: Path) -> None:
    put(tmp_path, "only", title="only")
    assert music.choose_music(tmp_path, "channel", "job", previous="only") is not None


def test_the_description_carries_the_credit_also_when_it_is_full(tmp_path: Path) -> None:
    put(tmp_path, "one", title="Slow Rivers")
    piece = music.choose_music(tmp_path, "channel", "job")
    script = write_script(topic(), channel(), OFFLINE, secrets={}, spending=Unlimited()).script
    said = credited(script, [music.credit(piece)]).description.split("\n")
    assert said[-2] == music.credit(piece) and said[-1].startswith("#")
    full = script.model_copy(update={"description": "\n".join(["é" * 90] * 27 + ["#tag"])})
    described = credited(full, [music.credit(piece)]).description
    assert len(described.encode()) <= 5_000 and music.credit(piece) in described and described.endswith("#tag")
    assert credited(script, [music.credit(None)]) == script
