"""The event log: nobody changes it, and anybody can recompute its chain."""

import hashlib
from datetime import UTC, datetime

import psycopg
import pytest

from warehouse.connection import connect
from warehouse.settings import Settings

INSERT = "insert into ledger.event (at, kind, subject, payload) values (%s, %s, %s, %s)"


def test_the_chain_can_be_recomputed_outside_the_database(clean_db: Settings) -> None:
    at = datetime(2025, 10, 1, 3, 4, 5, 678, tzinfo=UTC)
    with connect("loader") as connection:
        connection.execute(INSERT, [at, "receipt.landed", "чел/74/S1.xlsx", '{"size": 1}'])
        connection.cursor().executemany(
            INSERT, [[at, "submission.read", f"s{n}", '{"б":  [1, 2]}'] for n in (1, 2)]
        )
        rows = connection.execute("select event_no, prev_hash, hash from ledger.event order by 1").fetchall()

    texts = [
        ("receipt.landed", "чел/74/S1.xlsx", '{"size": 1}'),
        ("submission.read", "s1", '{"б": [1, 2]}'),
        ("submission.read", "s2", '{"б": [1, 2]}'),
    ]
    previous = "0" * 64
    for number, (row, (kind, subject, payload)) in enumerate(zip(rows, texts, strict=True), start=1):
        lines = [previous, str(number), "2025-10-01T03:04:05.000678Z", kind, subject, payload]
        expected = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        assert row == (number, previous, expected)
        previous = expected


def test_a_forged_number_or_hash_is_replaced(clean_db: Settings) -> None:
    with connect("loader") as connection:
        connection.execute("insert into ledger.event values (99, now(), 'x', 'y', '{}', 'forged', 'forged')")
        row = connection.execute("select event_no, prev_hash, length(hash) from ledger.event").fetchone()
    assert row == (1, "0" * 64, 64)


@pytest.mark.parametrize(
    "statement", ["update ledger.event set kind = 'z'", "delete from ledger.event", "truncate ledger.event"]
)
def test_even_the_owner_cannot_change_it(clean_db: Settings, statement: str) -> None:
    with connect("loader") as connection:
        connection.execute(INSERT, [datetime.now(UTC), "x", "y", "{}"])
    with (
        pytest.raises(psycopg.errors.RaiseException, match=r"ledger\.event is append-only"),
        connect("owner") as connection,
    ):
        connection.execute(statement)  # type: ignore[arg-type]
    with connect("auditor") as connection:
        assert connection.execute("select count(*) from ledger.event").fetchone() == (1,)
