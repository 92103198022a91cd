"""Channels are taken in once, paused with a reason, and every change is audited."""

from __future__ import annotations

from uuid import uuid4

import pytest
from channel_rows import VALUES

from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import (
    create_channel,
    get_channel,
    list_channels,
    pause_channel,
    profile,
    resume_channel,
)
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput


def actions(connection: Connection) -> list[str]:
    return [row["action"] for row in connection.execute("SELECT action FROM ytempire.audit_log ORDER BY audit_id")]


def test_a_channel_is_taken_in_with_its_configuration(connection: Connection) -> None:
    channel_id = create_channel(connection, ChannelSpec.of(VALUES), actor="a test")
    channel = get_channel(connection, channel_id)
    assert (channel.name, channel.status, channel.region_codes) == ("Chart Watch 🎧", "active", ["US", "GB"])
    assert profile(connection, channel_id).niche == "music"
    assert actions(connection) == ["channel.created"]


def test_taking_it_in_again_changes_nothing(connection: Connection) -> None:
    first = create_channel(connection, ChannelSpec.of(VALUES))
    again = create_channel(connection, ChannelSpec.of({**VALUES, "name": "Another name"}))
    assert again == first
    assert get_channel(connection, first).name == "Chart Watch 🎧"
    assert actions(connection) == ["channel.created"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "a\x00b"),
        ("name", "x" * 256),
        ("niche", ""),
        ("youtube_channel_id", "UC abc"),
        ("language", "English"),
        ("region_codes", ["usa"]),
        ("region_codes", []),
        ("videos_per_day", 101),
        ("videos_per_day", -1),
        ("priority", 0),
        ("privacy_status", "secret"),
        ("video_budget_usd", "-1"),
        ("daily_budget_usd", "-0.01"),
        ("surprise", 1),
    ],
)
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        ChannelSpec.of({**VALUES, field: value})
    assert caught.value.field.startswith(f"channel.{field}")


def test_pausing_takes_the_newer_reason_and_resuming_forgets_it(connection: Connection) -> None:
    channel_id = create_channel(connection, ChannelSpec.of(VALUES))
    pause_channel(connection, channel_id, "first")
    pause_channel(connection, channel_id, "second")
    assert get_channel(connection, channel_id).status_reason == "second"
    assert list_channels(connection, "active") == []
    resume_channel(connection, channel_id)
    resume_channel(connection, channel_id)
    channel = get_channel(connection, channel_id)
    assert (channel.status, channel.status_reason) == ("active", None)
    assert actions(connection) == ["channel.created", "channel.paused", "channel.paused", "channel.resumed"]


def test_an_unknown_channel_is_an_input_error(connection: Connection) -> None:
    with pytest.raises(InvalidInput, match="there is no channel"):
        get_channel(connection, uuid4())
    with pytest.raises(InvalidInput, match="there is no channel"):
        pause_channel(connection, uuid4(), "why not")
