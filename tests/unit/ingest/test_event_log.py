import psycopg
import pytest

from ingest.ledger import events, identity, states
from ingest.ledger.events import Event, append, verify_chain
from warehouse.connection import connect


@pytest.fixture
def logged(clean_db):
    with connect("loader") as connection:
        append(
            connection, [Event("registry.loaded", f"region:{n}", {"школ": n, "доля": 0.5}) for n in range(5)]
        )
        append(connection, [])
        append(connection, [Event("build.finished", "build", {"a": None, "b": [1, "два"]})])


def tamper(statement, *values):
    """A change past the trigger, as a superuser or somebody with the files could make it."""
    with connect("owner") as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(statement, values)


def test_an_untouched_log_holds(logged):
    report = verify_chain()
    assert (report.is_intact, report.events, report.broken_at) == (True, 6, None)
    assert len(report.head) == 64


def test_an_empty_log_holds(clean_db):
    assert verify_chain().head == events.GENESIS


@pytest.mark.parametrize(
    ("statement", "broken_at", "said"),
    [
        ("update ledger.event set payload = '{\"школ\": 7}' where event_no = 3", 3, "changed"),
        ("update ledger.event set at = at + interval '1 microsecond' where event_no = 1", 1, "changed"),
        ("update ledger.event set subject = 'region:x' where event_no = 6", 6, "changed"),
        ("update ledger.event set prev_hash = repeat('0', 64) where event_no = 4", 4, "does not follow"),
        ("delete from ledger.event where event_no = 2", 2, "missing"),
        ("delete from ledger.event where event_no = 1", 1, "missing"),
    ],
)
def test_the_first_broken_event_is_named(logged, statement, broken_at, said):
    tamper(statement)
    report = verify_chain()
    assert report.broken_at == broken_at
    assert said in report.reason
    assert report.events == broken_at - 1


def test_a_hash_made_to_fit_breaks_the_next_event(logged):
    with connect("owner") as connection:
        prev_hash, at = connection.execute(
            "select prev_hash, at from ledger.event where event_no = 3"
        ).fetchone()
    forged = events.chain_hash(prev_hash, 3, at, kind="registry.loaded", subject="region:2", payload="{}")
    tamper("update ledger.event set payload = '{}', hash = %s where event_no = 3", forged)
    assert verify_chain().broken_at == 4


@pytest.mark.parametrize("statement", ["update ledger.event set kind = 'x'", "delete from ledger.event"])
@pytest.mark.parametrize("role", ["loader", "owner"])
def test_the_log_refuses_changes(logged, statement, role):
    with pytest.raises(psycopg.Error), connect(role) as connection:
        connection.execute(statement)
    assert verify_chain().is_intact


def test_what_is_rolled_back_was_never_logged(logged):
    with connect("loader") as connection:
        append(connection, [Event("build.finished", "build", {})])
        connection.rollback()
        append(connection, [Event("build.finished", "other", {})])
    report = verify_chain()
    assert (report.is_intact, report.events) == (True, 7)


def test_identifiers_of_findings_tell_places_apart():
    submission = identity.submission_id(identity.NS)
    made = {
        identity.finding_id(submission, "v1", "reader", "READ.TYPE", section=s, row_no=r, field=f, ordinal=o)
        for s, r, f, o in [
            (None, None, None, 0),
            (None, None, None, 1),
            ("card", None, None, 0),
            ("card", 0, None, 0),
            ("card", 0, "period", 0),
        ]
    }
    assert len(made) == 5


def test_a_moment_without_a_zone_identifies_nothing():
    from datetime import datetime

    with pytest.raises(ValueError, match="no timezone"):
        identity.receipt_id("folder", "a", "b", datetime(2025, 1, 1))


def test_states_go_forward_and_back_only_to_be_validated_again():
    assert states.TRANSITIONS["received"] == {"read"}
    assert all("received" not in targets for targets in states.TRANSITIONS.values())
