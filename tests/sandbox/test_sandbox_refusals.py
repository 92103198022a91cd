"""Wrong questions to the YouTube Data API get the refusals of the real one."""

from __future__ import annotations

import httpx
import pytest
from sandbox_support import Control, reason

TOO_MANY = ",".join(str(number) for number in range(51))


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("videos", {"id": "a"}, (400, "required")),
        ("videos", {"part": "snippet,mood", "id": "a"}, (400, "unknownPart")),
        ("videos", {"part": "snippet"}, (400, "missingRequiredParameter")),
        ("videos", {"part": "id", "id": "a", "chart": "mostPopular"}, (400, "incompatibleParameters")),
        ("videos", {"part": "id", "id": "a", "colour": "red"}, (400, "invalid")),
        ("videos", {"part": "id", "chart": "leastPopular"}, (400, "invalid")),
        ("videos", {"part": "id", "chart": "mostPopular", "maxResults": "51"}, (400, "invalidParameter")),
        ("videos", {"part": "id", "chart": "mostPopular", "maxResults": "many"}, (400, "invalid")),
        ("videos", {"part": "id", "chart": "mostPopular", "regionCode": "Mars"}, (400, "invalidRegionCode")),
        ("videos", {"part": "id", "chart": "mostPopular", "pageToken": "%%"}, (400, "invalidPageToken")),
        (
            "videos",
            {"part": "id", "id": TOO_MANY},
            (400, "invalidFilters"),
        ),
        ("videos", {"part": "id", "id": "a", "fields": "items(id"}, (400, "invalidParameter")),
        ("channels", {"part": "id", "mine": "perhaps"}, (400, "invalid")),
        ("search", {"part": "snippet", "publishedAfter": "yesterday"}, (400, "invalid")),
        ("nothing", {}, (404, "notFound")),
    ],
)
def test_a_wrong_question_gets_the_real_refusal(
    control: Control, path: str, query: dict[str, str], expected: tuple[int, str]
) -> None:
    answer = control.http.get(f"{control.url}/youtube/v3/{path}", params=query | {"key": "k"})
    assert reason(answer) == expected


def test_a_body_that_is_no_json_is_refused(raw: httpx.Client) -> None:
    for content in (b"{", b"[]", b"\xff"):
        answer = raw.post("/youtube/v3/playlists", params={"part": "snippet"}, content=content)
        assert reason(answer) == (400, "invalid")
