"""Picture services and stock libraries: true addresses, parameters, headers and refusals, and real pictures."""

from __future__ import annotations

import io

import httpx
import openai
import pytest
from openai import OpenAI
from PIL import Image
from sandbox_support import Control

PEXELS_PHOTO = {
    "id", "width", "height", "url", "photographer", "photographer_url", "photographer_id", "avg_color", "src", "liked",
    "alt",
}  # fmt: skip
PEXELS_SIZES = {"original", "large2x", "large", "medium", "small", "portrait", "landscape", "tiny"}
PIXABAY_HIT = {
    "id", "pageURL", "type", "tags", "previewURL", "previewWidth", "previewHeight", "webformatURL", "webformatWidth",
    "webformatHeight", "largeImageURL", "imageWidth", "imageHeight", "imageSize", "views", "downloads", "collections",
    "likes", "comments", "user_id", "user", "userImageURL",
}  # fmt: skip


def picture(answer: httpx.Response) -> Image.Image:
    answer.raise_for_status()
    assert answer.headers["content-type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


@pytest.fixture
def pexels(sandbox_url: str) -> httpx.Client:
    return httpx.Client(base_url=f"{sandbox_url}/pexels/v1", headers={"Authorization": "a-good-key"}, timeout=30)


def pixabay(sandbox_url: str, **asked: object) -> httpx.Response:
    return httpx.get(f"{sandbox_url}/pixabay/api/", params={"key": "a-good-key"} | asked, timeout=30)


def test_pexels_answers_pages_of_photographs_with_their_makers(pexels, control: Control) -> None:
    answer = pexels.get("/search", params={"query": "harbour", "orientation": "portrait", "per_page": 5, "page": 2})
    body = answer.json()
    assert (body["page"], body["per_page"], len(body["photos"])) == (2, 5, 5) and body["total_results"] > 5
    assert "page=3" in body["next_page"] and "page=1" in body["prev_page"]
    assert {"X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset"} <= set(
        name.title() for name in answer.headers
    )
    for photo in body["photos"]:
        assert set(photo) == PEXELS_PHOTO and set(photo["src"]) == PEXELS_SIZES
        assert photo["height"] > photo["width"]
    assert len({photo["id"] for photo in body["photos"]}) == 5
    again = pexels.get("/search", params={"query": "harbour", "orientation": "portrait", "per_page": 5, "page": 2})
    assert again.json()["photos"] == body["photos"]
    assert [entry["details"]["query"] for entry in control.journal("pexels.search")] == ["harbour", "harbour"]


def test_a_pexels_photograph_is_scaled_as_its_address_asks(pexels) -> None:
    photo = pexels.get("/search", params={"query": "harbour"}).json()["photos"][0]
    assert picture(httpx.get(photo["src"]["landscape"])).size == (1200, 627)
    assert picture(httpx.get(f"{photo['src']['original']}?fit=crop&w=640&h=360")).size == (640, 360)


@pytest.mark.parametrize(
    ("key", "asked", "status", "code"),
    [
        ("", {"query": "harbour"}, 401, "Unauthorized"),
        ("an-invalid-key", {"query": "harbour"}, 401, "Unauthorized"),
        ("a-good-key", {}, 400, "Parameter missing: query"),
        ("a-good-key", {"query": "harbour", "orientation": "round"}, 400, "Bad Request"),
    ],
)
def test_pexels_refuses_in_its_own_form(sandbox_url, key, asked, status, code) -> None:
    answer = httpx.get(f"{sandbox_url}/pexels/v1/search", params=asked, headers={"Authorization": key})
    assert (answer.status_code, answer.json()) == (status, {"status": status, "code": code})


def test_pixabay_answers_hits_with_addresses_of_real_pictures(sandbox_url, control: Control) -> None:
    answer = pixabay(sandbox_url, q="harbour", orientation="horizontal", per_page=3, image_type="photo")
    body = answer.json()
    assert len(body["hits"]) == 3 and body["total"] >= body["totalHits"] > 3
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(answer.headers)
    for hit in body["hits"]:
        assert set(hit) == PIXABAY_HIT and hit["imageWidth"] > hit["imageHeight"]
    image = picture(httpx.get(body["hits"][0]["largeImageURL"]))
    assert max(image.size) == 1280
    assert picture(httpx.get(body["hits"][0]["previewURL"])).width == 150
    assert len(control.journal("pixabay.search")) == 1


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"key": ""}, "[ERROR 400] Invalid or missing API key (https://pixabay.com/api/docs/)."),
        ({"key": "revoked"}, "[ERROR 400] Invalid or missing API key (https://pixabay.com/api/docs/)."),
        ({"per_page": 2}, '[ERROR 400] "per_page" is out of valid range.'),
        ({"q": "x" * 101}, '[ERROR 400] "q" must not exceed 100 characters.'),
        ({"orientation": "landscape"}, '[ERROR 400] "orientation" is invalid.'),
        ({"page": 900}, '[ERROR 400] "page" is out of valid range.'),
    ],
)
def test_pixabay_refuses_with_a_line_of_text(sandbox_url, asked, text) -> None:
    answer = pixabay(sandbox_url, **asked)
    assert (answer.status_code, answer.text) == (400, text)
    assert answer.headers["content-type"].startswith("text/plain")


def test_dall_e_3_tells_its_prompt_and_refuses_what_its_safety_system_sees(sandbox_url: str) -> None:
    client = OpenAI(api_key="sk-a-good-key", base_url=f"{sandbox_url}/openai/v1", max_retries=0)
    asked = {"model": "dall-e-3", "size": "1024x1024", "response_format": "b64_json"}
    answer = client.images.generate(prompt="A harbour at dawn", **asked)
    assert answer.data[0].b64_json and "harbour" in answer.data[0].revised_prompt
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(prompt="gore in the streets", **asked)
    assert refused.value.code == "content_policy_violation"
    for wrong in ({"n": 2}, {"quality": "finest"}):
        with pytest.raises(openai.BadRequestError):
            client.images.generate(prompt="A harbour", **asked, **wrong)


@pytest.mark.parametrize(
    ("prompt", "style", "name"),
    [("gore in the streets", "photographic", "invalid_prompts"), ("a harbour", "baroque", "bad_request")],
)
def test_stability_refuses_filtered_words_and_unknown_styles(sandbox_url: str, prompt, style, name) -> None:
    answer = httpx.post(
        f"{sandbox_url}/stability/v1/generation/stable-diffusion-xl-1024-v1-0/text-to-image",
        json={"text_prompts": [{"text": prompt}], "style_preset": style},
        headers={"Authorization": "Bearer a-good-key"},
    )
    assert answer.status_code == 400 and answer.json()["name"] == name and answer.json()["id"]
