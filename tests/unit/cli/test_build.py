"""When a build is needed and when it is not, on a real ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orientir import build, steps
from warehouse.settings import Settings

NOW = datetime(2026, 7, 20, 4, 0, tzinfo=UTC)


def add_submission(state: str, number: int) -> str:
    """Put a submission into the ledger by hand."""
    from warehouse.connection import connect

    receipt = f"00000000-0000-0000-0000-{number:012d}"
    submission = f"11111111-0000-0000-0000-{number:012d}"
    sha = f"{number:064d}"
    with connect("owner") as connection:
        connection.execute(
            "insert into ledger.region values ('chelyabinsk', 'Челябинск', 'Asia/Yekaterinburg')"
            " on conflict do nothing"
        )
        connection.execute("insert into ledger.blob values (%s, 1, %s)", [sha, NOW])
        connection.execute(
            "insert into ledger.receipt"
            " (receipt_id, region_code, channel, source_uri, file_name, sha256, received_at,"
            " pulled_at) values (%s, 'chelyabinsk', 'folder', %s, 'a.xlsx', %s, %s, %s)",
            [receipt, f"chelyabinsk/{number}/a.xlsx", sha, NOW, NOW],
        )
        connection.execute(
            "insert into ledger.submission"
            " (submission_id, receipt_id, region_code, sha256, received_at, state)"
            " values (%s, %s, 'chelyabinsk', %s, %s, %s)",
            [submission, receipt, sha, NOW, state],
        )
    return submission


def decide(submission: str, outcome: str) -> None:
    from warehouse.connection import connect

    with connect("owner") as connection:
        connection.execute(
            "update ledger.submission set state = 'decided' where submission_id = %s", [submission]
        )
        connection.execute(
            "insert into ledger.decision values (%s, 'r1', %s, 0, 0, %s, true)", [submission, outcome, NOW]
        )


def close(planned: dict[str, str], outcome: str) -> None:
    from warehouse.connection import connect

    with connect("owner") as connection:
        connection.execute(
            "update ledger.build set outcome = %s where build_id = %s",
            [outcome, planned["build_id"]],
        )


def test_the_same_decisions_need_no_second_build(clean_db: Settings) -> None:
    decide(add_submission("read", 1), "accepted")
    first = build.plan()
    assert first is not None
    assert first["as_of"] == "2026-07-20T09:00:00+05:00"
    close(first, "success")
    assert build.plan() is None
    assert build.current()["fingerprint"] == first["fingerprint"]


def test_a_new_decision_needs_a_build(clean_db: Settings) -> None:
    first = build.plan()
    assert first is not None
    close(first, "success")
    decide(add_submission("read", 1), "rejected")
    assert build.plan() is not None


def test_a_build_that_failed_or_never_ended_is_made_again(clean_db: Settings) -> None:
    first = build.plan()
    assert first is not None
    second = build.plan()
    assert second is not None
    close(second, "failed")
    assert build.plan() is not None


def scope_after(outcome: str, **changed: str | bool) -> tuple[str, str]:
    """What the second of two builds makes anew, and why; the first ended with an outcome."""
    first = build.plan()
    assert first is not None
    close(first, outcome)
    second = build.plan(force=True, **changed)  # type: ignore[arg-type]  # each test gives what fits
    assert second is not None
    return second["scope"], second["scope_reason"]


def test_the_first_build_makes_everything(clean_db: Settings) -> None:
    first = build.plan()
    assert first is not None
    assert (first["scope"], first["scope_reason"]) == (
        "all",
        "full refresh, because nothing has been built yet",
    )


def test_a_build_after_a_good_one_makes_what_has_changed(clean_db: Settings) -> None:
    assert scope_after("success") == (
        "changes",
        "only what has changed since the build as of 2026-07-20T04:00:00+00:00",
    )


def test_a_build_after_a_bad_one_makes_everything(clean_db: Settings) -> None:
    assert scope_after("failed") == (
        "all",
        "full refresh, because the last build failed or never ended",
    )


def test_a_build_for_an_earlier_moment_makes_everything(clean_db: Settings) -> None:
    assert scope_after("success", as_of="2026-01-31T23:59:59+05:00") == (
        "all",
        "full refresh, because the last build was made for a later moment, 2026-07-20T04:00:00+00:00",
    )


def test_a_full_refresh_is_made_when_asked_for(clean_db: Settings) -> None:
    assert scope_after("success", full_refresh=True) == ("all", "full refresh, because it was asked for")


def test_a_build_by_another_project_makes_everything(
    clean_db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build.plan()
    assert first is not None
    close(first, "success")
    monkeypatch.setattr(build, "project_hash", lambda _: "another")
    second = build.plan()
    assert second is not None
    assert second["scope_reason"] == "full refresh, because the dbt project has changed"


def test_a_build_by_another_registry_makes_everything(clean_db: Settings) -> None:
    from warehouse.connection import connect

    add_submission("read", 1)
    first = build.plan()
    assert first is not None
    close(first, "success")
    with connect("owner") as connection:
        connection.execute("insert into ledger.registry_version values ('r2', 'chelyabinsk', 'r.csv', now())")
    second = build.plan()
    assert second is not None
    assert second["scope_reason"] == "full refresh, because the registry has changed"


def test_another_moment_needs_another_build(clean_db: Settings) -> None:
    first = build.plan()
    assert first is not None
    close(first, "success")
    earlier = build.plan("2026-01-31T23:59:59+05:00")
    assert earlier is not None
    assert earlier["fingerprint"] != first["fingerprint"]
    close(earlier, "success")
    # The marts are now those of January: the present ones have to be built again.
    assert build.plan() is not None


def test_a_build_waits_for_submissions_that_are_being_checked(clean_db: Settings) -> None:
    submission = add_submission("read", 1)
    assert build.plan(wait_for_validation=True) is None
    decide(submission, "accepted")
    assert build.plan(wait_for_validation=True) is not None


@pytest.mark.parametrize("text", ["yesterday", "2026-07-20", "2026-07-20T09:00:00"])
def test_a_moment_without_offset_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(build.MomentError) as refused:
        build.moment(text)
    assert refused.value.exit_code == 2
    assert "+05:00" in refused.value.hint


def test_a_moment_to_come_is_refused_and_opens_no_build(clean_db: Settings) -> None:
    with pytest.raises(build.MomentError, match="is still to come") as refused:
        build.plan("2030-01-01T00:00:00+05:00")
    assert refused.value.exit_code == 2
    assert "it is 2026-07-20T09:00:00+05:00" in refused.value.hint
    assert build.current() == {}


def test_the_project_hash_changes_with_names_and_bytes_and_not_with_what_dbt_writes(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "a.sql"
    model.write_text("select 1")
    first = build.project_hash(tmp_path)
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "manifest.json").write_text("{}")
    assert build.project_hash(tmp_path) == first
    model.write_text("select 2")
    second = build.project_hash(tmp_path)
    assert second != first
    model.rename(tmp_path / "models" / "b.sql")
    assert build.project_hash(tmp_path) not in (first, second)


@pytest.mark.parametrize(
    ("period_type", "day", "code"),
    [
        ("quarter", "2026-07-20", "2026-Q2"),
        ("quarter", "2026-07-01", "2026-Q2"),
        ("quarter", "2026-06-30", "2026-Q1"),
        ("quarter", "2026-01-05", "2025-Q4"),
        ("school_year", "2026-07-20", "2025-2026"),
        ("school_year", "2026-06-30", "2024-2025"),
        ("school_year", "2026-01-15", "2024-2025"),
        ("school_year", "2028-02-29", "2026-2027"),
    ],
)
def test_the_last_period_that_has_ended(period_type: str, day: str, code: str) -> None:
    from datetime import date

    assert steps.last_ended(period_type, date.fromisoformat(day)) == code
