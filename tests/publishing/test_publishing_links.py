"""Links of a description lead to allowed hosts, and are never cut in half; chapters are such, or left out."""

from __future__ import annotations

import pytest
from upload_scene import Stage

from ytempire.chapters import are_chapters, starts_in, without_bad_chapters
from ytempire.database.connection import Connection
from ytempire.links import hosts_of, without_foreign_links
from ytempire.publishing.metadata import fit_description, publishable_description
from ytempire.publishing.store import load_upload

HOSTS = ["youtu.be", "youtube.com", "www.youtube.com"]
MARKER = "yte-0123456789abcdef0123456789abcdef"
CHAPTERS = "Chapters\n0:00 Begin\n0:12 Middle\n1:02:03 End"


@pytest.mark.parametrize(
    "kept",
    [
        "• A song (Its channel): https://youtu.be/abc_DEF-123",
        "See www.youtube.com/watch?v=1, or youtu.be/2.",
        "It ends in https://youtu.be.",
        "HTTPS://YOUTU.BE/abc",
        "24/7, and/or, 3.5/5, e.g. this; Will.I.Am and Node.js; me@example.com",
        "no link at all",
    ],
)
def test_what_leads_to_youtube_and_what_is_no_link_stays(kept: str) -> None:
    assert without_foreign_links(kept, HOSTS) == kept


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("• A song (Its channel): https://evil.example/x\nnext", "• A song (Its channel)\nnext"),
        ("go to www.evil.example now", "go to now"),
        ("evil.example/path", ""),
        ("https://youtu.be.evil.example/abc", ""),
        ("https://youtu.be@evil.example/abc", ""),
        ("https://[youtu.be", ""),
        ("ftp://youtu.be.example tg://join?x=1", ""),
        ("https://yоutu.be/with-a-cyrillic-o", ""),
        ("a https://youtu.be/1 b https://evil.example c", "a https://youtu.be/1 b c"),
    ],
)
def test_other_links_go_with_what_announces_them(text: str, left: str) -> None:
    assert without_foreign_links(text, HOSTS) == left
    assert hosts_of(left) <= set(HOSTS)


def test_a_link_is_never_cut_in_half() -> None:
    link = "https://youtu.be/abcdefghijk"
    room = 5_000 - len(f"\n\n{MARKER}")
    for before in range(room - len(link) - 2, room + 1):
        text = "x" * (before - 1) + " " + link + " and more of it"
        body = fit_description(text, MARKER).removesuffix(f"\n\n{MARKER}")
        assert ("youtu" not in body) or f"{link} " in body, body[-60:]


@pytest.mark.parametrize("part", ["x", "a.", "a-", "://", "www.", "1:00\n", "a.bc/", ": ", "…"])
def test_a_text_of_any_length_is_read_once(part: str) -> None:
    """A pattern that goes back again and again would need hours for this."""
    fitted = publishable_description(part * 100_000, MARKER, link_hosts=HOSTS, duration_seconds=60)
    assert len(fitted.encode()) <= 5_000


def test_chapters_that_youtube_takes_stay() -> None:
    assert starts_in(CHAPTERS) == [0, 12, 3723]
    assert without_bad_chapters(f"Hook.\n\n{CHAPTERS}\n\nEnd", 4_000) == f"Hook.\n\n{CHAPTERS}\n\nEnd"


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ([0, 12], "two are too few"),
        ([1, 12, 30], "the first is not at 0:00"),
        ([0, 30, 20], "not in order"),
        ([0, 9.5, 30], "one is shorter than ten seconds"),
        ([0, 12, 55], "the last is shorter than ten seconds"),
        ([], "none"),
    ],
)
def test_chapters_that_youtube_does_not_take_are_left_out(starts: list[float], why: str) -> None:
    assert not are_chapters(starts, 60), why
    lines = "\n".join(f"0:{int(start):02d} Part" for start in starts)
    assert (
        without_bad_chapters(f"Hook.\n\nChapters\n{lines}\n\nEnd" if starts else "Hook.\n\nEnd", 60) == "Hook.\n\nEnd"
    )


def test_a_published_description_holds_neither(stage: Stage, connection: Connection) -> None:
    text = f"Hook: https://evil.example/x\n\n{CHAPTERS}\n\nhttps://youtu.be/abc"
    upload = load_upload(connection, stage.new_upload(connection, description=text, duration_seconds=60))
    assert upload.description == f"Hook\n\nhttps://youtu.be/abc\n\n{upload.marker}"
    fitted = publishable_description(text, MARKER, link_hosts=HOSTS, duration_seconds=4_000)
    assert CHAPTERS in fitted
