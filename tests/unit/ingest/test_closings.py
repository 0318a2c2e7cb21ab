"""What counts in a closed period, and for whom it is open still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from ingest.ledger.closings import (
    ClosingError,
    close_period,
    closings,
    exceptions,
    late_submissions,
    reopen_period,
)
from ingest.ledger.events import verify_chain
from ingest.periods import covered, parse_period
from tests.marts_input import YEAR, A, B, registry, submit
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings

REGION = "tyumen"
# 24 February is the day on which Q4 of 2025 closes by the cyclogram.
CLOSED = "2026-02-24T23:59:59+05:00"
NEXT_DAY = "2026-02-25T09:00:00+05:00"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Set the house's clock."""

    def set_clock(moment: str) -> None:
        monkeypatch.setenv("ORIENTIR_CLOCK", moment)
        get_settings.cache_clear()

    yield set_clock
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.fixture
def ledger(clean_db: Settings) -> Settings:
    """School A sends S3 in time and corrected after the closing; school B sends after the closing only."""
    with connect("owner") as connection:
        registry(connection)
    return clean_db


def send(name: str, ogrn: str, form: str, period: str, moment: str) -> UUID:
    with connect("owner") as connection:
        return submit(connection, name, ogrn, form, period, at=moment, outcome="accepted")


def late(as_of: str | None = None) -> set[UUID]:
    with connect("auditor") as connection:
        moment = datetime.fromisoformat(as_of) if as_of else None
        return {found.submission_id for found in late_submissions(connection, REGION, moment)}


def test_a_period_covers_what_counts_to_it() -> None:
    assert covered(parse_period("2025-Q4")) == ("2025-Q4", "2025-10", "2025-11", "2025-12")
    assert covered(parse_period("2025-H2"))[:3] == ("2025-H2", "2025-Q3", "2025-Q4")
    assert len(covered(parse_period("2025-H2"))) == 1 + 2 + 6
    year = covered(parse_period("2025-2026"))
    # July begins a reporting year: two half-years, four quarters, twelve months
    assert len(year) == 1 + 2 + 4 + 12
    assert {"2025-H2", "2026-H1", "2025-Q3", "2026-Q2", "2025-07", "2026-06"} < set(year)
    assert not {"2025-06", "2026-07", "2025-Q2"} & set(year)


def test_what_comes_after_closing_waits_and_what_came_before_counts(
    ledger: Settings, at: Callable[[str], None]
) -> None:
    send("in-time", A, "S3", "2025-Q4", "2026-01-10T09:00:00+05:00")
    at(CLOSED)
    closing = close_period(REGION, "2025-Q4", "ivanova", "приказ 12")
    assert (closing.taken_in, closing.comment) == (0, "приказ 12")
    corrected = send("corrected", A, "S3", "2025-Q4", NEXT_DAY)
    first = send("first", B, "S3", "2025-Q4", NEXT_DAY)
    send("another-period", A, "S1", YEAR, NEXT_DAY)
    at("2026-03-01T09:00:00+05:00")
    assert late() == {corrected, first}
    # As of the day of the closing nothing more had come, as of the day before it was not closed.
    assert late(CLOSED) == set()
    with connect("auditor") as connection:
        kinds = connection.execute("select kind, subject from ledger.event order by event_no").fetchall()
    assert kinds == [("period.closed", "period:tyumen/2025-Q4")]
    assert verify_chain().is_intact


def test_a_closing_is_unknown_as_of_a_moment_before_it_was_recorded(
    ledger: Settings, at: Callable[[str], None]
) -> None:
    at("2026-03-10T09:00:00+05:00")
    sent = send("late", A, "S3", "2025-Q4", NEXT_DAY)
    close_period(REGION, "2025-Q4", "ivanova", until=datetime.fromisoformat(CLOSED))
    assert late("2026-03-09T09:00:00+05:00") == set()
    assert late("2026-03-11T09:00:00+05:00") == {sent}


def test_closing_a_school_year_closes_its_quarters_and_months(
    ledger: Settings, at: Callable[[str], None]
) -> None:
    at("2026-07-20T09:00:00+05:00")
    close_period(REGION, YEAR, "ivanova")
    waiting = {
        send("quarter", A, "S3", "2025-Q4", "2026-07-21T09:00:00+05:00"),
        send("year", A, "S1", YEAR, "2026-07-21T09:00:00+05:00"),
    }
    send("next-year", A, "S3", "2026-Q3", "2026-07-21T09:00:00+05:00")
    at("2026-07-22T09:00:00+05:00")
    assert late() == waiting


def test_closing_again_takes_in_what_waited(ledger: Settings, at: Callable[[str], None]) -> None:
    at(CLOSED)
    close_period(REGION, "2025-Q4", "ivanova")
    sent = send("late", A, "S3", "2025-Q4", NEXT_DAY)
    at("2026-03-01T09:00:00+05:00")
    assert close_period(REGION, "2025-Q4", "ivanova").taken_in == 1
    assert late() == set()
    # The earlier edition is as it was.
    assert late("2026-02-28T09:00:00+05:00") == {sent}


def test_closing_the_next_period_of_the_kind_takes_in_what_waited_for_the_earlier_one(
    ledger: Settings, at: Callable[[str], None]
) -> None:
    at(CLOSED)
    close_period(REGION, "2025-Q4", "ivanova")
    sent = send("late", A, "S3", "2025-Q4", NEXT_DAY)
    at("2026-03-01T09:00:00+05:00")
    close_period(REGION, "2026-01", "ivanova")  # a month is another kind
    assert late() == {sent}
    at("2026-05-25T09:00:00+05:00")
    assert close_period(REGION, "2026-Q1", "ivanova").taken_in == 1
    assert late() == set()


def test_an_exception_counts_for_whom_it_was_granted_until_it_expires(
    ledger: Settings, at: Callable[[str], None]
) -> None:
    at(CLOSED)
    close_period(REGION, "2025-Q4", "ivanova")
    at("2026-03-01T09:00:00+05:00")
    until = datetime.fromisoformat("2026-03-03T18:00:00+05:00")
    granted = reopen_period(
        REGION, "2025-Q4", name="письмо № 7", by="ivanova", until=until, form_code="S3", ogrn=A
    )
    assert (granted.name, granted.granted_by, granted.expires_at) == ("письмо № 7", "ivanova", until)
    send("within", A, "S3", "2025-Q4", "2026-03-02T09:00:00+05:00")
    waiting = {
        send("expired", A, "S3", "2025-Q4", "2026-03-03T18:00:01+05:00"),
        send("another", B, "S3", "2025-Q4", "2026-03-02T09:00:00+05:00"),
        send("before", A, "S3", "2025-Q4", "2026-02-28T09:00:00+05:00"),
    }
    at("2026-03-10T09:00:00+05:00")
    assert late() == waiting
    with connect("auditor") as connection:
        assert [one.ogrn for one in exceptions(connection)] == [A]
        assert [one.period_code for one in closings(connection, REGION)] == ["2025-Q4"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"period_code": "2026-Q4"}, "begins on 2026-10-01"),
        ({"period_code": "2025-Q4", "until": "2026-08-01T09:00:00+05:00"}, "a moment that has come"),
        ({"period_code": "2025-Q4", "until": "2026-02-01T09:00:00+05:00"}, "moves on only"),
        ({"period_code": "2026-Q1"}, "1 reports of the period wait for their decision"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(
    ledger: Settings, at: Callable[[str], None], arguments: dict[str, Any], said: str
) -> None:
    at(CLOSED)
    close_period(REGION, "2025-Q4", "ivanova")
    at("2026-07-20T09:00:00+05:00")
    undecided = send("undecided", A, "S3", "2026-Q1", "2026-04-10T09:00:00+05:00")
    with connect("owner") as connection:
        connection.execute(
            "update ledger.submission set state = 'read' where submission_id = %s", [undecided]
        )
    moment = arguments.get("until")
    with pytest.raises(ClosingError, match=said):
        close_period(
            REGION, arguments["period_code"], "x", until=datetime.fromisoformat(moment) if moment else None
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "needs a name"),
        ({"until": "2026-02-20T00:00:00+05:00"}, "before it begins"),
        ({"ogrn": "0000000000000"}, "no organisation 0000000000000"),
        ({"form_code": "S99"}, "no form 'S99'; the forms are C1"),
        ({"period": "2024-Q4"}, "is not closed"),
    ],
)
def test_an_exception_that_cannot_be_is_refused(
    ledger: Settings, at: Callable[[str], None], change: dict[str, str], said: str
) -> None:
    at(CLOSED)
    close_period(REGION, "2025-Q4", "ivanova")
    asked = {"period": "2025-Q4", "name": "письмо", "until": "2026-03-01T00:00:00+05:00", **change}
    with pytest.raises(ClosingError, match=said):
        reopen_period(
            REGION,
            asked["period"],
            name=asked["name"],
            by="ivanova",
            until=datetime.fromisoformat(asked["until"]),
            ogrn=asked.get("ogrn"),
            form_code=asked.get("form_code"),
        )
