"""When a file counts as received whose time its sender has set."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from territory import c1, ogrn, row

from ingest.calendar.obligations import sync_obligations
from ingest.ledger.closings import ClosingError, close_period, late_submissions
from ingest.ledger.looks import looked_through
from ingest.pull import PullSummary, plan_pull, pull_shard
from ingest.sources.channel import ChannelError
from ingest.sources.folder import FolderChannel
from ingest.sources.regions import KINDS
from ingest.sources.registry import load_registry
from warehouse.connection import connect
from warehouse.settings import get_settings

CENTRE, OTHER = 1, 2
REGION = "chelyabinsk"
# The 5th is the day on which form C1 of September is due.
BEFORE, DAY, EVENING, NEXT = (
    "2025-10-04T10:00:00+05:00",
    "2025-10-05T10:00:00+05:00",
    "2025-10-05T20:00:00+05:00",
    "2025-10-06T20:00:00+05:00",
)


@pytest.fixture
def region(territory):
    """Two employment centres, registered, with an empty folder of the region in the inbox."""
    territory.register(row("employment_center", CENTRE), row("employment_center", OTHER))
    (territory.inbox / REGION).mkdir()
    load_registry(REGION)
    sync_obligations(REGION)
    return territory


@pytest.fixture
def at(monkeypatch):
    """Set the house's clock; None lets it run."""

    def set_clock(moment):
        if moment is None:
            monkeypatch.delenv("ORIENTIR_CLOCK")
        else:
            monkeypatch.setenv("ORIENTIR_CLOCK", moment)
        get_settings.cache_clear()

    return set_clock


def uri(name, serial=CENTRE):
    return f"{REGION}/{ogrn(serial)}/{name}"


def pull_all():
    total = PullSummary()
    for kind in KINDS:
        for shard in plan_pull(kind, REGION):
            total += pull_shard(shard)
    return total


def query(statement):
    with connect("owner") as connection:
        return connection.execute(statement).fetchall()


def received():
    rows = query("select file_name, received_at from ledger.receipt order by received_at, file_name")
    return [(name, moment) for name, moment in rows]


def moment(text, microseconds=0):
    return datetime.fromisoformat(text) + timedelta(microseconds=microseconds)


def looked_at():
    with connect("auditor") as connection:
        return looked_through(connection, REGION)


def test_the_first_pull_believes_the_files(region, at):
    at(NEXT)
    region.put(uri("C1.json"), c1(CENTRE), DAY)
    pull_all()
    assert received() == [("C1.json", moment(DAY))]


def test_a_file_of_a_time_after_the_last_look_is_believed(region, at):
    at(DAY)
    pull_all()
    at(NEXT)
    region.put(uri("C1.json"), c1(CENTRE), EVENING)
    pull_all()
    assert received() == [("C1.json", moment(EVENING))]


def test_a_file_dated_back_is_received_when_its_server_says(region, at, caplog):
    """`touch -d` sets the time of a file, and so do clients that keep it; the kernel's own stamp stays."""
    at(None)
    pull_all()
    began = datetime.now(UTC)
    path = region.put(uri("C1.json"), c1(CENTRE), DAY)
    pull_all()
    ((name, came),) = received()
    assert name == "C1.json"
    assert began <= came <= datetime.now(UTC)
    assert came == datetime.fromtimestamp(0, UTC) + timedelta(microseconds=path.stat().st_ctime_ns // 1000)
    assert query("select payload ->> 'modified_at' from ledger.event where kind = 'receipt.landed'") == [
        ("2025-10-05T05:00:00+00:00",)
    ]
    assert "bears the time 2025-10-05T05:00:00+00:00 and was not there" in caplog.text


def test_without_a_servers_time_files_came_as_early_as_they_can_have(region, at):
    """The sender is not late for what nobody can know; what bears the later time was sent later."""
    at(EVENING)
    pull_all()
    # The stamps of this machine lie after this clock's moment.
    at(NEXT)
    region.put(uri("a.json"), c1(CENTRE, fact=12), DAY)
    region.put(uri("b.json"), c1(CENTRE, fact=11), BEFORE)
    pull_all()
    assert received() == [("b.json", moment(EVENING, 1)), ("a.json", moment(EVENING, 2))]
    revisions = query("select revision, received_at from ledger.submission_revision order by 1")
    assert revisions == [(1, moment(EVENING, 1)), (2, moment(EVENING, 2))]
    region.put(uri("c.json", OTHER), c1(OTHER), DAY)
    at("2025-10-07T20:00:00+05:00")
    pull_all()
    assert received()[-1] == ("c.json", moment(NEXT, 1))


def test_of_two_files_of_one_second_the_one_written_later_counts(region, at, monkeypatch):
    """Servers keep whole seconds; the order of contents' hashes must not choose the revision that counts."""
    at(NEXT)
    for name, fact in (("z.json", 10), ("b.json", 11), ("a.json", 12)):
        region.put(uri(name), c1(CENTRE, fact=fact), DAY)
    monkeypatch.setattr("ingest.pull.CHUNK_FILES", 2)
    pull_all()
    expected = [("z.json", moment(DAY)), ("b.json", moment(DAY, 1)), ("a.json", moment(DAY, 2))]
    assert received() == expected
    revisions = query(
        "select v.revision, r.file_name from ledger.submission_revision as v"
        " join ledger.receipt as r using (receipt_id) order by 1"
    )
    assert revisions == [(1, "z.json"), (2, "b.json"), (3, "a.json")]


def test_a_file_that_was_seen_and_not_fetched_keeps_its_time(region, at, monkeypatch):
    at(DAY)
    pull_all()
    region.put(uri("C1.json"), c1(CENTRE), EVENING)
    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "open", _refuse)
        for moment_of_pull in (EVENING, NEXT):
            at(moment_of_pull)
            assert len(pull_all().failures) == 1
    at("2025-10-07T20:00:00+05:00")
    pull_all()
    assert received() == [("C1.json", moment(EVENING))]
    assert query("select from ledger.awaited_file") == []


def test_what_replaces_a_file_that_was_not_fetched_is_another_one(region, at, monkeypatch):
    at(DAY)
    pull_all()
    region.put(uri("C1.json"), c1(CENTRE), EVENING)
    at(NEXT)
    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "open", _refuse)
        pull_all()
    region.put(uri("C1.json"), c1(CENTRE, fact=9), EVENING)
    at("2025-10-07T20:00:00+05:00")
    pull_all()
    assert received() == [("C1.json", moment(NEXT, 1))]


def test_a_folder_that_could_not_be_listed_has_not_been_looked_through(region, at, monkeypatch):
    at(DAY)
    pull_all()
    path = region.put(uri("C1.json"), c1(CENTRE), EVENING)
    scandir = os.scandir

    def refuse(folder):
        if os.fspath(folder) == os.fspath(path.parent):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    at(NEXT)
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        pull_all()
        assert looked_at() == moment(DAY)
        with pytest.raises(ClosingError, match=r"last looked through at 2025-10-05 .*orientir pull"):
            close_period(REGION, "2025-09", "ivanova", until=moment(NEXT))
    at("2025-10-07T20:00:00+05:00")
    pull_all()
    assert received() == [("C1.json", moment(EVENING))]


def test_an_inbox_that_is_not_there_has_not_been_looked_through(region, at):
    at(DAY)
    pull_all()
    inbox = region.inbox / REGION
    inbox.rmdir()
    at(EVENING)
    pull_all()
    assert looked_at() == moment(DAY)
    inbox.mkdir()
    pull_all()
    assert looked_at() == moment(EVENING)


def test_a_file_that_lay_in_nobodys_folder_keeps_its_time(region, at):
    """A registry that learns of an organisation too late does not make it late."""
    at(DAY)
    region.put(uri("C1.json", 3), c1(3), BEFORE)
    pull_all()
    region.register(
        *(row("employment_center", serial) for serial in (CENTRE, OTHER, 3)), version="2024-08-02"
    )
    at(NEXT)
    load_registry(REGION)
    sync_obligations(REGION)
    pull_all()
    assert [came for _, came in received()] == [moment(BEFORE), moment(BEFORE, 1)]
    assert query("select ogrn from ledger.submission order by received_at") == [(None,), (ogrn(3),)]


def test_nothing_enters_a_closed_period(region, at):
    """A period is closed as of the last look: what turns up later has come later."""
    at(EVENING)
    pull_all()
    at(NEXT)
    with pytest.raises(ClosingError, match="last looked through at 2025-10-05 15:00"):
        close_period(REGION, "2025-09", "ivanova", until=moment("2025-10-06T10:00:00+05:00"))
    assert close_period(REGION, "2025-09", "ivanova").counts_until == moment(EVENING)
    region.put(uri("C1.json"), c1(CENTRE), DAY)
    pull_all()
    with connect("auditor") as connection:
        (late,) = late_submissions(connection, REGION)
    assert late.received_at == moment(EVENING, 1)


def test_nothing_enters_a_period_that_was_closed_before_the_first_pull(region, at):
    at(EVENING)
    close_period(REGION, "2025-09", "ivanova")
    at(NEXT)
    region.put(uri("C1.json"), c1(CENTRE), DAY)
    pull_all()
    with connect("auditor") as connection:
        (late,) = late_submissions(connection, REGION)
    assert late.received_at == moment(EVENING, 1)


def _refuse(channel, remote):
    raise ChannelError("permission denied")
