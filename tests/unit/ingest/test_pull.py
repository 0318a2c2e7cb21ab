"""Pulling files of a small region into the real database, read by the real readers."""

import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from ledger_dump import dump
from territory import c1, ogrn, row, s1

from ingest import pull
from ingest.calendar.obligations import sync_obligations
from ingest.ledger.closings import close_period, late_submissions
from ingest.ledger.present import present
from ingest.pull import PullSummary, names_outside_regions, pending_count, plan_pull, pull_shard
from ingest.shards import BUCKETS, Shard, bucket_of, divide
from ingest.sources.folder import FolderChannel
from ingest.sources.regions import KINDS
from ingest.sources.registry import RegistryError, load_registry
from orientir import build
from warehouse.connection import connect
from warehouse.settings import get_settings

A, B, C, CENTRE = 1, 2, 3, 4


@pytest.fixture
def region(territory):
    """Three schools and an employment centre, registered."""
    territory.register(
        row("school", A),
        row("school", B),
        row("school", C, folder="Школа 3"),
        row("employment_center", CENTRE),
    )
    load_registry("chelyabinsk")
    sync_obligations("chelyabinsk")
    return territory


def pull_all(region_code="chelyabinsk"):
    total = PullSummary()
    for kind in KINDS:
        for shard in plan_pull(kind, region_code):
            total += pull_shard(shard)
    return total


def set_clock(monkeypatch, moment):
    monkeypatch.setenv("ORIENTIR_CLOCK", moment)
    get_settings.cache_clear()


@contextmanager
def fetching_only(monkeypatch, addresses):
    """The channel lists everything and hands over these files only."""
    open_ = FolderChannel.open

    def refuse(channel, remote):
        if remote.source_uri not in addresses:
            raise pull.ChannelError("permission denied")
        return open_(channel, remote)

    with monkeypatch.context() as patch:
        patch.setattr(FolderChannel, "open", refuse)
        yield


def query(statement, *values):
    with connect("owner") as connection:
        return connection.execute(statement, values).fetchall()


def findings():
    return query(
        "select r.source_uri, f.rule_id, f.severity from ledger.finding as f"
        " join ledger.submission using (submission_id) join ledger.receipt as r using (receipt_id)"
        " order by 1, 2"
    )


def uri(serial, name):
    return f"chelyabinsk/{ogrn(serial)}/{name}"


def test_a_passport_arrives_in_the_ledger_the_raw_tables_and_the_personal_data(region):
    region.put(uri(A, "Паспорт.xlsx"), s1(A), "2025-10-03T10:00:00+05:00")
    summary = pull_all()
    assert (summary.landed, summary.loaded.read, summary.loaded.critical) == (1, 1, 0)
    assert findings() == []
    ((ogrn_, form, period, state, received_at, rows),) = query(
        "select ogrn, form_code, period_code, state, received_at::text, row_count from ledger.submission"
    )
    assert (ogrn_, form, period, state) == (ogrn(A), "S1", "2025-2026", "read")
    assert received_at == "2025-10-03 05:00:00+00"
    assert rows == 8
    ((row_no, hours, has_order, updated, level),) = query(
        "select row_no, profminimum_hours_actual, has_order, site_section_updated_on::text, profminimum_level"
        " from raw.s1__card"
    )
    assert (row_no, hours, has_order, updated, level) == (0, 38, True, "2025-09-01", "basic")
    grades = query("select row_no, row_code from raw.s1__by_grade order by 1")
    assert grades == [(4, "6"), (5, "7"), (6, "8"), (7, "9"), (8, "10"), (9, "11"), (10, "total")]
    assert query("select ogrn, full_name, phone from pii.responsible_specialist") == [
        (ogrn(A), "Иванова Мария Петровна", "+7 351 000-00-00")
    ]
    cells = query(
        "select fields ->> 'profminimum_hours_actual', sheet from ledger.cell_map where section = 'card'"
    )
    assert cells == [("B15", "Паспорт")]


def test_pulling_twice_changes_nothing_and_opens_nothing(region, monkeypatch):
    region.put(uri(A, "S1.xlsx"), s1(A))
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE))
    pull_all()
    before = dump()
    assert pending_count() == 0
    assert [plan_pull(kind, "chelyabinsk") for kind in ("school", "employment_center")] == [[], []]
    everything = Shard("school", "chelyabinsk", tuple(range(BUCKETS)), with_strays=True)
    monkeypatch.setattr(pull.landing, "store", lambda stream: pytest.fail("a known file was opened"))
    summary = pull_shard(everything)
    assert (summary.listed, summary.landed) == (1, 0)
    assert dump() == before


def test_a_touched_file_is_no_new_receipt(region):
    path = region.put(uri(CENTRE, "C1.json"), c1(CENTRE), "2025-10-03T10:00:00+05:00")
    pull_all()
    os.utime(path, (1_760_000_000, 1_760_000_000))
    summary = pull_all()
    assert (summary.landed, summary.unchanged) == (0, 1)
    assert query("select received_at::text from ledger.receipt") == [("2025-10-03 05:00:00+00",)]
    assert pending_count() == 0


def test_a_b_a_at_one_address_is_three_receipts(region):
    address = uri(CENTRE, "C1.json")
    first, second = c1(CENTRE, fact=10), c1(CENTRE, fact=11)
    for day, content in ((3, first), (4, second), (5, first)):
        region.put(address, content, f"2025-10-0{day}T10:00:00+05:00")
        pull_all()
    revisions = query(
        "select v.revision, c.service_fact_cumulative from ledger.submission_revision as v"
        " join raw.c1__card as c using (submission_id) order by 1"
    )
    assert revisions == [(1, 10), (2, 11), (3, 10)]
    assert len(query("select from ledger.blob where size_bytes = %s", len(first))) == 2


def test_an_old_copy_put_back_with_its_old_time_is_the_latest_revision(region, monkeypatch):
    address = uri(CENTRE, "C1.json")
    for day, sent, fact in ((3, 3, 10), (4, 4, 11), (5, 3, 10)):
        set_clock(monkeypatch, f"2025-10-0{day}T20:00:00+05:00")
        region.put(address, c1(CENTRE, fact=fact), f"2025-10-0{sent}T10:00:00+05:00")
        pull_all()
    latest = query(
        "select c.service_fact_cumulative, v.received_at::text from ledger.submission_revision as v"
        " join raw.c1__card as c using (submission_id) order by v.revision desc limit 1"
    )
    # It was not there on the evening of the 4th, whatever time it bears.
    assert latest == [(10, "2025-10-04 15:00:00.000001+00")]


AHEAD = "2026-11-23T10:00:00+05:00"
TODAY = "2026-07-20 04:00:00"


def test_a_file_from_the_future_is_received_now_and_its_own_time_is_kept(region, caplog):
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE), AHEAD)
    region.put(uri(A, "S1.xlsx"), s1(A), "2025-10-03T10:00:00+05:00")
    pull_all()
    received = query(
        "select file_name, received_at::text, received_at <= pulled_at from ledger.receipt order by 1"
    )
    assert received == [("C1.json", f"{TODAY}+00", True), ("S1.xlsx", "2025-10-03 05:00:00+00", True)]
    kept = query(
        "select payload ->> 'received_at', payload ->> 'modified_at' from ledger.event"
        " where kind = 'receipt.landed' order by 1"
    )
    assert kept == [
        ("2025-10-03T05:00:00+00:00", None),
        ("2026-07-20T09:00:00+05:00", "2026-11-23T05:00:00+00:00"),
    ]
    assert "C1.json' bears the time 2026-11-23T05:00:00+00:00, which is still to come" in caplog.text
    before = dump()
    assert pending_count() == 0
    assert pull_all().landed == 0
    assert dump() == before


def test_corrections_from_the_future_follow_each_other_and_count_now(region):
    """Under a clock that stands still, as the demo's does: at one address, and at another one."""
    sent = [(10, "C1.json"), (11, "C1.json"), (10, "C1.json"), (9, "A.json"), (8, "C1.json")]
    for hour, (fact, name) in enumerate(sent, start=10):
        # The last is an old copy, put back with its old time.
        received = f"2026-11-23T{hour}:00:00+05:00" if fact > 8 else "2025-10-03T10:00:00+05:00"
        region.put(uri(CENTRE, name), c1(CENTRE, fact=fact), received)
        assert pull_all().landed == 1
    revisions = query(
        "select c.service_fact_cumulative, v.received_at::text from ledger.submission_revision as v"
        " join raw.c1__card as c using (submission_id) order by v.revision"
    )
    ticks = ["", ".000001", ".000002", ".000003", ".000004"]
    assert revisions == [(fact, f"{TODAY}{tick}+00") for (fact, _), tick in zip(sent, ticks, strict=True)]
    with connect("auditor") as connection:
        assert str(present(connection)) == f"{TODAY}.000004+00:00"
    assert build.inputs(None).at == build.moment(None)


def test_what_comes_after_a_closing_from_the_future_does_not_count_in_it(region):
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE), AHEAD)
    pull_all()
    with connect("owner") as connection:
        connection.execute("update ledger.submission set state = 'decided'")
    close_period("chelyabinsk", "2025-09", "ivanova")
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE, fact=11), "2026-11-23T10:30:00+05:00")
    pull_all()
    with connect("auditor") as connection:
        (late,) = late_submissions(connection, "chelyabinsk")
    assert (late.revision, late.received_at > late.counts_until) == (2, True)


def test_a_clock_that_runs_is_now(region, monkeypatch):
    monkeypatch.delenv("ORIENTIR_CLOCK")
    get_settings.cache_clear()
    ahead = datetime.now(UTC) + timedelta(days=2)
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE), ahead.isoformat())
    pull_all()
    with connect("auditor") as connection:
        assert present(connection) <= datetime.now(UTC)
    assert query(
        "select received_at <= now() and received_at > now() - interval '1 hour' from ledger.receipt"
    ) == [(True,)]


def test_the_order_of_pulling_does_not_matter(region, monkeypatch):
    files = {
        uri(A, "S1.xlsx"): (s1(A), "2025-10-03T10:00:00+05:00"),
        uri(A, "S1 исправленный.xlsx"): (s1(A, site_checklist_count=10), "2025-10-05T10:00:00+05:00"),
        uri(B, "S1.xlsx"): (s1(A), "2025-10-01T10:00:00+05:00"),  # a copy of A's, sent before A's
        "chelyabinsk/Школа 3/S1.xlsx": (s1(A), "2025-10-03T10:00:00+05:00"),
        "chelyabinsk/nobody/S1.xlsx": (s1(C), "2025-10-03T10:00:00+05:00"),
    }
    dumps = []
    for order in (list(files), list(reversed(files)), [*list(files)[2:], *list(files)[:2]]):
        with connect("owner") as connection:
            connection.execute("set local session_replication_role = replica")
            connection.execute(
                "truncate ledger.receipt, ledger.blob, ledger.registry_version, ledger.organisation,"
                " ledger.submission, ledger.event, ledger.source_look, raw.s1__card, raw.s1__by_grade,"
                " pii.responsible_specialist cascade"
            )
        shutil.rmtree(region.inbox)
        region.inbox.mkdir()
        load_registry("chelyabinsk")
        sync_obligations("chelyabinsk")
        for address, (content, received) in files.items():
            region.put(address, content, received)
        for number in range(len(order)):  # every file in a pull of its own
            with fetching_only(monkeypatch, order[: number + 1]):
                assert pull_all().landed == 1
        dumps.append(dump())
    assert dumps[0] == dumps[1] == dumps[2]
    assert ("chelyabinsk/nobody/S1.xlsx", "READ.UNKNOWN_SENDER", "critical") in findings()
    assert [f for f in findings() if f[1] == "READ.DUPLICATE_CONTENT"] == [
        (uri(A, "S1.xlsx"), "READ.DUPLICATE_CONTENT", "warning"),
        ("chelyabinsk/Школа 3/S1.xlsx", "READ.DUPLICATE_CONTENT", "warning"),
    ]


def test_a_decided_submission_is_validated_again_when_an_earlier_copy_turns_up(region, monkeypatch):
    region.put(uri(A, "S1.xlsx"), s1(A), "2025-10-03T10:00:00+05:00")
    region.put(uri(B, "S1.xlsx"), s1(A), "2025-10-01T10:00:00+05:00")
    with fetching_only(monkeypatch, [uri(A, "S1.xlsx")]):
        pull_all()
    with connect("owner") as connection:
        connection.execute("update ledger.submission set state = 'decided'")
    pull_all()
    states = query("select ogrn, state from ledger.submission order by 1")
    assert states == [(ogrn(A), "read"), (ogrn(B), "read")]
    assert len(query("select from ledger.event where kind = 'submission.reopened'")) == 1


def test_the_same_content_twice_from_one_school_is_no_finding(region):
    region.put(uri(A, "S1.xlsx"), s1(A))
    region.put(uri(A, "копия/S1.xlsx"), s1(A))
    pull_all()
    assert findings() == []
    assert len(query("select from ledger.submission")) == 2


def test_an_empty_file_is_nobodys_copy(region):
    region.put(uri(A, "S1.xlsx"), b"")
    region.put(uri(B, "S1.xlsx"), b"")
    pull_all()
    assert {rule for _, rule, _ in findings()} == {"READ.UNREADABLE"}


def test_a_table_of_an_unknown_form_is_told_what_may_be_sent_so(region):
    region.put(uri(A, "отчёт.csv"), "Отчёт;школы\n1;2\n".encode())
    region.put(uri(CENTRE, "отчёт.json"), b'{"service": 1}')
    pull_all()
    told = dict(
        query(
            "select r.file_name, f.message from ledger.finding as f"
            " join ledger.submission using (submission_id) join ledger.receipt as r using (receipt_id)"
        )
    )
    assert (
        "Ожидается книга Excel по бланку своей формы; в CSV присылают только эти формы" in told["отчёт.csv"]
    )
    assert "P2 «" in told["отчёт.csv"]
    assert "«Форма;P2;" in told["отчёт.csv"]
    assert '"form": "C1", "version": "' in told["отчёт.json"]
    assert '"form": "C2"' in told["отчёт.json"]


@pytest.mark.parametrize(
    ("period", "received", "rule", "severity"),
    [
        ("2025-09", "2025-10-03T10:00:00+05:00", None, None),
        ("2025-09", "2025-11-21T23:59:00+05:00", None, None),  # due 7 October, closes 45 days later
        ("2025-09", "2025-11-22T00:01:00+05:00", "READ.AFTER_CLOSING", "warning"),
        ("2025-10", "2025-10-31T23:59:00+05:00", "READ.WRONG_PERIOD", "critical"),  # opens on 1 November
        ("2025-10", "2025-11-01T00:01:00+05:00", None, None),
    ],
)
def test_the_period_is_checked_against_the_cyclogram_by_the_region_s_clock(
    region, period, received, rule, severity
):
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE, period=period), received)
    pull_all()
    found = query("select rule_id, severity, section, field, cell, received from ledger.finding")
    expected = [(rule, severity, "card", "period", "data.period", period)] if rule else []
    assert found == expected


def test_a_period_that_the_reader_has_refused_is_not_refused_twice(region):
    region.put(uri(CENTRE, "C1.json"), c1(CENTRE, period="2024-08"))  # before the contract
    pull_all()
    assert findings() == [(uri(CENTRE, "C1.json"), "READ.FORM_VERSION", "critical")]


def test_a_period_in_which_the_school_was_not_there_is_wrong(territory):
    territory.register(row("school", A, valid_from="2025-11-01"))
    load_registry("chelyabinsk")
    territory.put(uri(A, "S1.xlsx"), s1(A), "2025-11-05T10:00:00+05:00")
    pull_all()
    found = query("select rule_id, sheet, cell, expected from ledger.finding")
    assert found == [
        ("READ.WRONG_PERIOD", "Паспорт", "B7", "период, в котором организация действовала по реестру")
    ]


def test_a_form_of_others_is_not_expected(region):
    region.put(uri(A, "C1.json"), c1(A))
    pull_all()
    assert findings() == [(uri(A, "C1.json"), "READ.FORM_NOT_EXPECTED", "critical")]


def test_files_of_nobody_are_kept_and_named_until_the_registry_knows_the_folder(region):
    region.put("chelyabinsk/9/S1.xlsx", s1(9))
    region.put("chelyabinsk/забытый.xlsx", s1(A))
    region.put("kurgan/1/S1.xlsx", s1(A))
    region.put("в корне.xlsx", s1(A))
    pull_all()
    assert findings() == [
        ("chelyabinsk/9/S1.xlsx", "READ.UNKNOWN_SENDER", "critical"),
        ("chelyabinsk/забытый.xlsx", "READ.UNKNOWN_SENDER", "critical"),
        ("kurgan/1/S1.xlsx", "READ.UNKNOWN_SENDER", "critical"),
        ("в корне.xlsx", "READ.UNKNOWN_SENDER", "critical"),
    ]
    assert query(
        "select source_uri, received from ledger.finding join ledger.submission using (submission_id)"
        " join ledger.receipt using (receipt_id) order by 1"
    ) == [
        ("chelyabinsk/9/S1.xlsx", "9"),
        ("chelyabinsk/забытый.xlsx", "(вне папок)"),
        ("kurgan/1/S1.xlsx", "kurgan"),
        ("в корне.xlsx", "(вне папок)"),
    ]
    assert query("select distinct ogrn from ledger.submission") == [(None,)]
    assert query("select * from pii.responsible_specialist") == []
    assert names_outside_regions() == ["kurgan", "в корне.xlsx"]
    region.register(row("school", 9, folder="9"), version="2025-10-01")
    load_registry("chelyabinsk")
    assert pending_count() == 1
    pull_all()
    assert query("select ogrn, period_code from ledger.submission where ogrn is not null") == [
        (ogrn(9), "2025-2026")
    ]
    assert pending_count() == 0


def test_one_bad_file_stops_no_other(region):
    region.put(uri(A, "1.xlsx"), b"PK\x03\x04 not a zip")
    region.put(uri(A, "2.xlsx"), b"")
    region.put(uri(A, "3.xlsx"), s1(A))
    locked = region.put(uri(A, "4.xlsx"), s1(A))
    summary = pull_all()
    assert (summary.landed, summary.loaded.unreadable) == (4, 2)
    assert {rule for _, rule, severity in findings() if severity == "critical"} <= {
        "READ.UNREADABLE",
        "READ.FORMAT",
        "READ.UNKNOWN_FORM",
    }
    assert len(query("select from raw.s1__card")) == 2
    assert locked.exists()


def test_a_file_that_cannot_be_fetched_waits_and_is_reported(region, monkeypatch):
    region.put(uri(A, "1.xlsx"), s1(A))
    region.put(uri(B, "2.xlsx"), s1(B))
    with fetching_only(monkeypatch, [uri(B, "2.xlsx")]):
        summary = pull_all()
    assert [(f.source_uri, f.reason) for f in summary.failures] == [(uri(A, "1.xlsx"), "permission denied")]
    assert (summary.landed, pending_count()) == (1, 1)
    assert pull_all().landed == 1


def test_a_value_that_the_database_refuses_costs_only_its_own_file(region, monkeypatch):
    from ingest.readers import read as reader

    region.put(uri(A, "S1.xlsx"), s1(A))
    region.put(uri(B, "S1.xlsx"), s1(B))
    honest = reader.read_submission_file

    def overflowing(data, *, file_name, expected):
        result = honest(data, file_name=file_name, expected=expected)
        if expected.ogrn == ogrn(A):
            card = result.sections["card"].rows
            card[0] = tuple(2**40 if value == 38 else value for value in card[0])
        return result

    monkeypatch.setattr(reader, "read_submission_file", overflowing)
    summary = pull_all()
    assert summary.loaded.read == 2
    assert findings() == [(uri(A, "S1.xlsx"), "READ.NOT_STORABLE", "critical")]
    assert query("select ogrn from raw.s1__card") == [(ogrn(B),)]
    assert query("select distinct state from ledger.submission") == [("read",)]


def test_without_a_registry_nothing_is_pulled(territory):
    with pytest.raises(RegistryError, match="load it before pulling"):
        plan_pull("school", "chelyabinsk")


def test_a_plan_divides_all_files_and_no_file_twice(region):
    files = [0] * BUCKETS
    for serial in range(2000):
        files[bucket_of(ogrn(serial))] += 3
    shards = divide("school", "tyumen", files, strays=5, limit=50)
    assert len(shards) == 21  # 6,005 files, 300 to a shard
    assert sorted(bucket for shard in shards for bucket in shard.buckets) == list(range(BUCKETS))
    assert sum(shard.files for shard in shards) == 6005
    assert [shard.with_strays for shard in shards] == [True] + [False] * 20
    assert len(divide("school", "tyumen", [10_000] * BUCKETS, strays=0, limit=50)) == 50
    assert divide("school", "tyumen", [0] * BUCKETS, strays=0, limit=50) == []


def test_buckets_are_for_ever():
    # sha256("1027400000014") begins with 8 hexadecimal digits that are counted modulo 50.
    import hashlib

    number = "1027400000014"
    assert bucket_of(number) == int(hashlib.sha256(number.encode()).hexdigest()[:8], 16) % 50


def test_a_shard_survives_the_way_between_tasks(region):
    import json
    from dataclasses import asdict

    region.put(uri(A, "S1.xlsx"), s1(A))
    (shard,) = plan_pull("school", "chelyabinsk")
    assert Shard(**json.loads(json.dumps(asdict(shard)))) == shard
    assert shard.label == "chelyabinsk 1/1"
