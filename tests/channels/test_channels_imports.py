"""An import says what it would change, does all of it or nothing, and a second time there is nothing to do."""

from __future__ import annotations

import pytest
from channel_rows import VALUES, add_channel

from ytempire.channels.archive import archive_channel
from ytempire.channels.changes import Difference
from ytempire.channels.documents import read_documents, write_documents
from ytempire.channels.history import history
from ytempire.channels.imports import apply_import, plan_import
from ytempire.channels.store import get_channel, list_channels, update_channel
from ytempire.database.connection import Connection
from ytempire.errors import Conflict, InvalidInput

KNOWN = f"youtube_channel_id: {VALUES['youtube_channel_id']}\n"
NEW = "youtube_channel_id: UCnew\nname: New\nniche: film\ncredentials_id: youtube_new\n"


def planned(connection: Connection, text: str) -> list:
    return plan_import(connection, read_documents(text, "channels.yaml"))


def imported(connection: Connection, text: str) -> list:
    return apply_import(connection, planned(connection, text), actor="a test")


def test_what_was_exported_changes_nothing(connection: Connection) -> None:
    add_channel(connection, description="Two\nlines", video_budget_usd="0.10")
    add_channel(connection, youtube_channel_id="UCother", language="pt-BR")
    before = list_channels(connection)
    text = write_documents(before)
    assert [one.differences for one in planned(connection, text)] == [[], []]
    assert imported(connection, text) == []
    assert list_channels(connection) == before


def test_what_was_exported_takes_the_same_channels_into_an_empty_network(connection: Connection) -> None:
    add_channel(connection, description="Two\nlines", video_budget_usd="0.10", monetization_enabled=True)
    before = list_channels(connection)[0]
    text = write_documents([before])
    connection.execute("TRUNCATE ytempire.channels CASCADE")
    (channel_id,) = imported(connection, text)
    assert get_channel(connection, channel_id).spec == before.spec


def test_a_plan_shows_the_differences_and_writes_nothing(connection: Connection) -> None:
    channel_id = add_channel(connection)
    changed, new = planned(connection, f"{KNOWN}priority: 8\nregion_codes: [NO]\n---\n{NEW}")
    assert changed.differences == [Difference("region_codes", ["US", "GB"], ["NO"]), Difference("priority", 5, 8)]
    assert (new.channel_id, [one.field for one in new.differences]) == (
        None, ["youtube_channel_id", "name", "niche", "credentials_id"],
    )  # fmt: skip
    assert get_channel(connection, channel_id).revision == 1
    assert len(list_channels(connection)) == 1


def test_an_import_repeated_does_nothing_more(connection: Connection) -> None:
    channel_id = add_channel(connection)
    text = f"{KNOWN}priority: 8\n---\n{NEW}"
    assert len(imported(connection, text)) == 2
    assert imported(connection, text) == []
    assert (get_channel(connection, channel_id).priority, get_channel(connection, channel_id).revision) == (8, 2)
    assert [event.action for event in history(connection, channel_id)] == ["channel.updated", "channel.created"]


def test_what_a_document_leaves_out_stays_as_it_is(connection: Connection) -> None:
    channel_id = add_channel(connection, priority=9)
    imported(connection, f"{KNOWN}niche: film\n")
    channel = get_channel(connection, channel_id)
    assert (channel.niche, channel.priority, channel.name) == ("film", 9, VALUES["name"])


def test_new_channels_may_be_taken_in_paused(connection: Connection) -> None:
    plan = planned(connection, NEW)
    (channel_id,) = apply_import(connection, plan, actor="a test", paused_because="taken in paused")
    assert get_channel(connection, channel_id).status == "paused"


def test_every_mistake_is_named_with_file_line_channel_and_field_and_nothing_changes(connection: Connection) -> None:
    add_channel(connection)
    text = f"{KNOWN}priority: 80\nvoise: us-cedar\n---\n{NEW}region_codes: [usa]\n---\nname: 7\n"
    with pytest.raises(InvalidInput) as caught:
        imported(connection, text)
    told = str(caught.value)
    for line in (
        "channels.yaml:2: Chart Watch 🎧: priority: Input should be less than or equal to 10",
        "channels.yaml:3: Chart Watch 🎧: voise: there is no such field",
        "channels.yaml:9: New: region_codes.0: String should match pattern",
        "channels.yaml:11: 7: name: Input should be a valid string",
        "channels.yaml:11: 7: youtube_channel_id: Field required",
    ):
        assert line in told
    assert [channel.priority for channel in list_channels(connection)] == [5]


def test_one_mistake_is_one_sentence(connection: Connection) -> None:
    add_channel(connection)
    with pytest.raises(
        InvalidInput,
        match=r"^channels.yaml:2: Chart Watch 🎧: language: .xx-YY. is no language that is known.* Correct",
    ):
        imported(connection, f"{KNOWN}language: xx-YY\n")


def test_a_channel_that_two_documents_describe_is_named_with_both_places(connection: Connection) -> None:
    with pytest.raises(InvalidInput, match=r"channels.yaml:6: channels.yaml:1 describes channel UCnew too"):
        imported(connection, f"{NEW}---\n{NEW}")


def test_a_channel_that_changed_after_the_plan_stops_the_whole_import(connection: Connection) -> None:
    channel_id = add_channel(connection)
    plan = planned(connection, f"{NEW}---\n{KNOWN}priority: 8\n")
    update_channel(connection, channel_id, {"priority": 2})
    with pytest.raises(Conflict, match="revision 2, not 1"):
        apply_import(connection, plan, actor="a test")
    assert [channel.priority for channel in list_channels(connection)] == [2]


def test_a_channel_that_was_taken_in_after_the_plan_is_not_taken_for_the_planned_one(connection: Connection) -> None:
    plan = planned(connection, NEW)
    add_channel(connection, youtube_channel_id="UCnew")
    with pytest.raises(Conflict, match="taken in meanwhile"):
        apply_import(connection, plan, actor="a test")


def test_an_archived_channel_is_not_changed(connection: Connection) -> None:
    channel_id = add_channel(connection)
    text = write_documents([get_channel(connection, channel_id)])
    archive_channel(connection, channel_id, "over")
    assert imported(connection, text) == []
    with pytest.raises(InvalidInput, match=r"channels.yaml:1: channel Chart Watch 🎧 is archived"):
        imported(connection, f"{KNOWN}priority: 8\n")
