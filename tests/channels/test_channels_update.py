"""A channel's configuration is changed once, from what was read, and every field's before and after is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from channel_rows import VALUES, add_channel

from ytempire.channels.changes import Difference
from ytempire.channels.history import history
from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel, find_channel, get_channel, pause_channel, update_channel
from ytempire.database.connection import Connection, connect
from ytempire.errors import Conflict, InvalidInput


def test_fields_of_every_type_are_written_and_what_differs_is_returned(connection: Connection) -> None:
    channel_id = add_channel(connection)
    changes = {
        "name": "Charts, daily",
        "description": 'Two lines:\n"quoted" {braces} %s',
        "monetization_enabled": True,
        "language": "pt-BR",
        "watch_list": ["UC1", "-UC_2"],
        "video_budget_usd": "2.50",
        "priority": 9,
        "region_codes": ["US", "GB"],
    }
    found = update_channel(connection, channel_id, changes, actor="a person")
    assert [one.field for one in found] == [
        "name", "description", "monetization_enabled", "language", "watch_list", "priority", "video_budget_usd",
    ]  # fmt: skip
    assert Difference("priority", 5, 9) in found
    channel = get_channel(connection, channel_id)
    assert channel.spec == ChannelSpec.of(VALUES | changes)
    assert (channel.revision, channel.video_budget_usd) == (2, Decimal("2.5"))
    (event, _) = history(connection, channel_id)
    assert (event.actor, event.action, event.differences) == ("a person", "channel.updated", found)
    assert event.details["revision"] == 2


def test_without_a_difference_nothing_is_written(connection: Connection) -> None:
    channel_id = add_channel(connection)
    assert update_channel(connection, channel_id, {"priority": "5", "region_codes": ["US", "GB"]}) == []
    assert get_channel(connection, channel_id).revision == 1
    assert [event.action for event in history(connection, channel_id)] == ["channel.created"]


def test_a_change_of_what_was_changed_meanwhile_is_refused(connection: Connection) -> None:
    channel_id = add_channel(connection)
    read = get_channel(connection, channel_id).revision
    update_channel(connection, channel_id, {"priority": 6}, revision=read)
    with pytest.raises(Conflict, match="revision 2, not 1"):
        update_channel(connection, channel_id, {"priority": 7}, revision=read)
    assert get_channel(connection, channel_id).priority == 6


def test_of_changes_at_the_same_moment_one_holds_and_the_others_are_told(
    connection: Connection, database_url: str
) -> None:
    channel_id = add_channel(connection)

    def change(priority: int) -> bool:
        with connect(database_url) as own:
            try:
                return bool(update_channel(own, channel_id, {"priority": priority}, revision=1))
            except Conflict:
                return False

    with ThreadPoolExecutor(4) as pool:
        held = list(pool.map(change, (6, 7, 8, 9)))
    assert sum(held) == 1
    assert get_channel(connection, channel_id).priority == (6, 7, 8, 9)[held.index(True)]
    assert len(history(connection, channel_id)) == 2


def test_without_a_revision_changes_of_different_fields_both_hold(connection: Connection, database_url: str) -> None:
    channel_id = add_channel(connection)

    def change(changes: dict) -> None:
        with connect(database_url) as own:
            update_channel(own, channel_id, changes)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, ({"priority": 9}, {"videos_per_day": 4})))
    channel = get_channel(connection, channel_id)
    assert (channel.priority, channel.videos_per_day, channel.revision) == (9, 4, 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"priority": 11}, "channel.priority"),
        ({"colour": "red"}, "channel.colour"),
        ({"language": "xx-YY"}, "channel.language"),
        ({"youtube_channel_id": "UCother"}, "channel.youtube_channel_id"),
    ],
)
def test_a_wrong_change_is_named_and_nothing_is_written(connection: Connection, changes: dict, field: str) -> None:
    channel_id = add_channel(connection)
    with pytest.raises(InvalidInput) as caught:
        update_channel(connection, channel_id, {"niche": "film"} | changes)
    assert caught.value.field == field
    channel = get_channel(connection, channel_id)
    assert (channel.niche, channel.revision) == ("music", 1)


def test_a_channel_is_found_by_name_and_by_either_id(connection: Connection) -> None:
    channel_id = add_channel(connection)
    add_channel(connection, youtube_channel_id="UCother", name="Other")
    for named in (VALUES["name"], VALUES["youtube_channel_id"], str(channel_id)):
        assert find_channel(connection, named).channel_id == channel_id
    with pytest.raises(InvalidInput, match="Channels there are: Chart Watch 🎧, Other"):
        find_channel(connection, "Chart")


def test_of_two_channels_of_one_name_an_id_is_asked_for(connection: Connection) -> None:
    both = [add_channel(connection), add_channel(connection, youtube_channel_id="UCother")]
    with pytest.raises(InvalidInput, match="2 channels are called") as caught:
        find_channel(connection, VALUES["name"])
    assert all(str(channel_id) in caught.value.remedy for channel_id in both)


def test_a_channel_may_be_taken_in_paused(connection: Connection) -> None:
    channel_id = create_channel(connection, ChannelSpec.of(VALUES), paused_because="artwork is missing")
    channel = get_channel(connection, channel_id)
    assert (channel.status, channel.status_reason) == ("paused", "artwork is missing")
    assert history(connection, channel_id)[0].details["status"] == "paused"


def test_pausing_is_told_with_its_reason(connection: Connection) -> None:
    channel_id = add_channel(connection)
    pause_channel(connection, channel_id, "holidays", actor="a person")
    event = history(connection, channel_id)[0]
    assert (event.action, event.details["before"], event.details["reason"]) == ("channel.paused", "active", "holidays")
