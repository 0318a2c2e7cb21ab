"""A kept state in another ledger."""

from ingest.ledger import snapshots
from ingest.ledger.rebuilding import copy_decisions
from tests.marts_input import A, B, registry, submit
from warehouse import clock
from warehouse.connection import connect


def test_decisions_on_what_was_received_later_stay_behind(clean_db):
    """A release as of a moment is rebuilt from what had been received then; its state knows of more."""
    with connect("owner") as connection:
        registry(connection)
        then = submit(
            connection, "then", A, "S3", "2025-Q4", at="2026-01-10T09:00:00+05:00", outcome="accepted"
        )
        later = submit(
            connection, "later", B, "S3", "2025-Q4", at="2026-03-10T09:00:00+05:00", outcome="rejected"
        )
        kept = snapshots.take(connection, [str(then)], clock.now())
        decided = "select submission_id, outcome from ledger.decision order by outcome"
        assert connection.execute(decided).fetchall() == [(then, "accepted"), (later, "rejected")]
        connection.execute("delete from ledger.decision")
        connection.execute("delete from ledger.submission where submission_id = %s", [later])
        copy_decisions(connection, snapshots.Snapshot.read(connection, kept))
        assert connection.execute(decided).fetchall() == [(then, "accepted")]
        connection.rollback()
