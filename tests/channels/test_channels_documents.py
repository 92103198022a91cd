"""A channel as YAML comes back the same, whatever is in its texts; what cannot be read is named with its line."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from channel_rows import VALUES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ytempire.channels.documents import read_documents, read_folder, write_document, write_documents
from ytempire.channels.models import Channel, ChannelSpec
from ytempire.errors import InvalidInput


def channel(**values: Any) -> Channel:
    spec = ChannelSpec.of(VALUES | values)
    return Channel(
        **dict(spec), channel_id=UUID(int=7), status="paused", status_reason="new artwork\n# is:\u2028\x07due",
        revision=3, subscriber_count=0, video_count=0, total_views=0, created_at=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip


def again(one: Channel) -> ChannelSpec:
    (document,) = read_documents(write_document(one), "a test")
    assert list(document.values) == list(ChannelSpec.model_fields), "the whole configuration, in the model's order"
    return ChannelSpec.of(document.values)


def usable(text: str) -> bool:
    try:
        ChannelSpec.of(VALUES | {"description": text})
    except InvalidInput:
        return False
    return True


# What YAML gives a meaning to, and what is hard to write.
ODD = st.text(alphabet=st.sampled_from([*"ab3 \t\n\r:#-'\"{}[]&*!|>%@`\\,?~=.<", "…", "🎧", "\u200d", "\ufeff", "ß"]))
TEXTS = (ODD | st.text(max_size=60)).filter(usable)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    description=st.none() | TEXTS,
    name=TEXTS.filter(lambda text: "\n" not in text and "\r" not in text),
    budget=st.none() | st.decimals(min_value=0, max_value=Decimal("999999.9999"), places=4),
)
def test_what_is_written_is_read_the_same(description: str | None, name: str, budget: Decimal | None) -> None:
    one = channel(description=description, name=name, video_budget_usd=budget)
    assert again(one) == one.spec


@pytest.mark.parametrize("word", ["null", "~", "yes", "NO", "1e3", "0x1f", "2026-11-22", "16:9", "-", "?", "<<", "="])
def test_words_that_could_mean_something_else_stay_words(word: str) -> None:
    assert again(channel(name=word, handle=word, niche=word)).name == word


def test_a_document_explains_every_field_and_says_how_the_channel_stands() -> None:
    one = channel(description="First line.\nSecond line.", region_codes=["NO", "US"], video_budget_usd="2.50")
    text = write_document(one)
    assert text.startswith("# Chart Watch 🎧: paused (new artwork # is: due), revision 3.")
    for name, about in ChannelSpec.model_fields.items():
        assert f"\n{name}:" in text
        assert " ".join(str(about.description).split()[:4]) in text
    for line in ("region_codes: [NO, US]", "video_budget_usd: 2.5", "  Second line.", "watch_list: []"):
        assert f"\n{line}\n" in text


def test_another_reader_of_yaml_understands_it() -> None:
    values = yaml.safe_load(write_document(channel(description="First line.\nSecond line.", watch_list=["UC1"])))
    assert (values["name"], values["description"]) == ("Chart Watch 🎧", "First line.\nSecond line.")
    assert (values["watch_list"], values["made_for_kids"], values["handle"]) == (["UC1"], False, None)


def test_several_channels_are_one_stream() -> None:
    both = [channel(), channel(youtube_channel_id="UCother", name="Other")]
    documents = read_documents(write_documents(both), "both.yaml")
    assert [ChannelSpec.of(document.values) for document in documents] == [one.spec for one in both]
    first, second = documents
    assert first.place("name") < second.place("name")


def test_a_document_knows_the_line_of_each_field() -> None:
    (document,) = read_documents("# a comment\n\nname: x\nniche: >-\n  long\n  text\npriority: 7\n", "one.yaml")
    assert [document.place(field) for field in ("name", "priority", "absent", None)] == [
        "one.yaml:3", "one.yaml:7", "one.yaml:3", "one.yaml:3",
    ]  # fmt: skip


def test_anchors_and_merges_are_read_as_what_they_stand_for() -> None:
    text = "niche: music\nregion_codes: [NO]\n---\nname: x\nhandle: &at '@x'\ndescription: *at\n"
    first, second = read_documents(text, "shared.yaml")
    assert first.values == {"niche": "music", "region_codes": ["NO"]}
    assert second.values == {"name": "x", "handle": "@x", "description": "@x"}
    (merged,) = read_documents("<<: {niche: music, priority: 7}\nname: x\n", "shared.yaml")
    assert merged.values == {"name": "x", "niche": "music", "priority": 7}
    assert [merged.place(field) for field in ("name", "niche")] == ["shared.yaml:2", "shared.yaml:2"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: [a\nniche: b\n", r"bad.yaml:\d: "),
        ("name: a\nname: b\n", 'bad.yaml:2: found duplicate key "name"'),
        ("- name: a\n", "bad.yaml: a document in it is no table of fields"),
        ("just words\n", "no table of fields"),
        ("name: \x07\n", "bad.yaml: .*special characters are not allowed"),
        ("name: *nobody\n", "bad.yaml:1: found undefined alias"),
    ],
)
def test_what_is_no_document_is_named(text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_documents(text, "bad.yaml")


def test_a_folder_is_read_in_the_order_of_its_files(tmp_path: Path) -> None:
    for name, word in (("b.yaml", "second"), ("a.yml", "first"), ("notes.txt", "none")):
        (tmp_path / name).write_text(f"name: {word}\n---\n")
    assert [document.values["name"] for document in read_folder(tmp_path)] == ["first", "second"]


def test_a_folder_without_a_file_a_missing_and_a_foreign_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no [.]yaml file"):
        read_folder(tmp_path)
    with pytest.raises(InvalidInput, match=r"nothing.yaml: it cannot be read \(No such file"):
        read_folder(tmp_path / "nothing.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9\n")
    with pytest.raises(InvalidInput, match=r"latin.yaml: it is no UTF-8"):
        read_folder(tmp_path)
