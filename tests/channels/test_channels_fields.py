"""The model says what a field is: its columns, its words, its description and how it is written follow from it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from channel_rows import VALUES

from ytempire.channels.columns import IDENTITY, SETTINGS
from ytempire.channels.models import Channel, ChannelSpec
from ytempire.commands.assignments import choices, read_assignments
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput


def columns(connection: Connection, table: str) -> set[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'ytempire' AND table_name = %s",
        (table,),
    )
    return {row["column_name"] for row in rows}


def test_every_setting_is_a_column_and_every_column_a_field(connection: Connection) -> None:
    assert columns(connection, "channel_configurations") == {"channel_id", "updated_at", *SETTINGS}
    assert set(IDENTITY.values()) <= columns(connection, "channels")
    assert {*IDENTITY, *SETTINGS} == set(ChannelSpec.model_fields)


def test_a_row_of_the_columns_defaults_is_a_channel_of_the_models_defaults(connection: Connection) -> None:
    channel = connection.execute(
        "INSERT INTO ytempire.channels (youtube_channel_id, channel_name, niche) VALUES ('UC1', 'Plain', 'music')"
        " RETURNING channel_id"
    ).fetchone()
    connection.execute(
        "INSERT INTO ytempire.channel_configurations (channel_id, credentials_id) VALUES (%s, 'youtube_plain')",
        (channel["channel_id"],),
    )
    from ytempire.channels.store import get_channel

    found = get_channel(connection, channel["channel_id"])
    assert found.spec == ChannelSpec(
        youtube_channel_id="UC1", name="Plain", niche="music", credentials_id="youtube_plain"
    )


@pytest.mark.parametrize("field", ChannelSpec.model_fields)
def test_every_field_is_explained_in_one_line(field: str) -> None:
    description = ChannelSpec.model_fields[field].description
    assert description and "\n" not in description
    assert not description.endswith("."), "it stands in tables and comments"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("voice", "nobody", "Take one of us-cedar"),
        ("palette", "mauve", "Use one of ink"),
        ("style_preset", "collage", "Use one of rank_card"),
        ("language", "xx-YY", "no language that is known"),
        ("region_codes", ["US", "US"], "US more than once"),
        ("watch_list", ["UC a"], "pattern"),
        ("category_ids", [0], "greater than or equal to 1"),
        ("video_budget_usd", 0.00001, "4 decimal places"),
        ("daily_budget_usd", 1_000_000, "6 digits before the decimal point"),
        ("name", "two\nlines", "more than one line"),
        ("description", "half \ud83d", "half of a character"),
        ("description", "x" * 5_001, "at most 5000"),
    ],
)
def test_a_value_that_means_nothing_is_refused_and_the_remedy_told(field: str, value: object, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as caught:
        ChannelSpec.of(VALUES | {field: value})
    assert caught.value.field.startswith(f"channel.{field}")
    assert ".." not in str(caught.value)


def test_an_unknown_field_is_named_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"channel.voise: there is no such field. Fields: .*voice"):
        ChannelSpec.of(VALUES | {"voise": "us-cedar"})


def test_languages_and_amounts_are_kept_in_one_way_of_writing() -> None:
    spec = ChannelSpec.of(VALUES | {"language": "zh-hant-tw", "video_budget_usd": 0.1})
    assert (spec.language, spec.changed({"language": "PT-br"}).language) == ("zh-Hant-TW", "pt-BR")
    assert (spec.video_budget_usd, str(spec.changed({"video_budget_usd": "2.50"}).video_budget_usd)) == (
        Decimal("0.1"), "2.5",
    )  # fmt: skip


def test_what_is_stored_is_read_even_where_its_words_are_gone() -> None:
    stored = Channel.stored(
        VALUES
        | {"voice": "us-retired", "palette": "sepia", "style_preset": "collage"}
        | {"channel_id": "7f0e0b9e-0000-4000-8000-000000000000", "status": "active", "status_reason": None}
        | {"revision": 1, "subscriber_count": 0, "video_count": 0, "total_views": 0, "created_at": 0}
    )
    assert (stored.voice, stored.spec.palette) == ("us-retired", "sepia")
    with pytest.raises(InvalidInput, match="us-retired"):
        stored.spec.changed({"priority": 7})
    assert stored.spec.changed({"voice": "gb-oak", "palette": "ink", "style_preset": "bars"}).voice == "gb-oak"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("priority=7", {"priority": "7"}),
        ("name=[b]Charts = more[/b]", {"name": "[b]Charts = more[/b]"}),
        ("region_codes=US, NO", {"region_codes": ["US", "NO"]}),
        ("region_codes=[NO, US]", {"region_codes": ["NO", "US"]}),
        ("watch_list=", {"watch_list": []}),
        ("video_budget_usd=", {"video_budget_usd": None}),
        ("handle=none", {"handle": None}),
        ("niche=none", {"niche": "none"}),
        ("region_codes+=DE,US", {"region_codes": ["US", "GB", "DE"]}),
        ("region_codes-=US", {"region_codes": ["GB"]}),
        ("category_ids-=10", {"category_ids": []}),
        ("category_ids+=10,24", {"category_ids": [10, "24"]}),
    ],
)
def test_an_assignment_is_read_by_the_fields_type(text: str, found: dict) -> None:
    current = ChannelSpec.of(VALUES)
    assert read_assignments([text], current) == found
    current.changed(found)


def test_additions_add_up() -> None:
    assert read_assignments(["watch_list+=UC1", "watch_list+=UC2", "watch_list-=UC1"]) == {"watch_list": ["UC2"]}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("priority", "'priority' is no assignment. Write FIELD=VALUE"),
        ("colour=red", "channel.colour: there is no such field"),
        ("priority+=1", "channel.priority: it is no list"),
        ("region_codes=[US", "channel.region_codes: .* cannot be read as YAML"),
    ],
)
def test_what_is_no_assignment_is_told(text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_assignments([text])


def test_the_words_of_a_field_are_those_that_it_takes() -> None:
    for field in ("voice", "palette", "style_preset", "aspect_ratio", "privacy_status", "made_for_kids"):
        words = choices(field)
        assert len(words) >= 2
        for word in words:
            ChannelSpec.of(VALUES | {field: word})
    assert choices("name") == choices("no such field") == []
