"""Building the warehouse: whether it is needed, what it is built from, and the record of it.

A build is named by its fingerprint: the decisions and the registry as they stand, the calendar, the dbt
project and the moment as of which data count. Marts that were built from the same fingerprint need no
second build.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from orientir.build_scope import decide_scope
from orientir.failures import USAGE, CommandError
from orientir.methodology_weights import check_weights

if TYPE_CHECKING:
    from psycopg import Connection

logger = logging.getLogger(__name__)

# The day of an open clock ends at midnight of the region, and with it what is late.
ZONE = ZoneInfo("Asia/Yekaterinburg")
NOT_PROJECT = ("target", "logs", "dbt_packages")
WITHHELD = (
    "Не удалось закрыть малые числа так, чтобы их нельзя было вычислить, поэтому в публичных витринах за этот"
    " учебный год закрыто всё, и выгрузки с ним не собираются. Остальные витрины полны. Что делать:"
    " docs/operations.md, «A region and year is withheld as a whole»."
)
TOLD_BEFORE = (
    "Они закрыты, но их можно вычислить по прежней выгрузке, точно или с разбросом в несколько человек:"
    " отозвать её нельзя. Новая выгрузка не говорит о них больше прежней. Какие это числа:"
    " docs/operations.md, «An earlier release gives figures away»."
)


class MomentError(CommandError):
    """The moment given is not a date and time with an offset."""

    exit_code = USAGE


def moment(as_of: str | None) -> datetime:
    """Return the moment as of which data count: the one given, or now.

    Raises MomentError when the text is no ISO 8601 time with an offset.
    """
    from ingest.ledger.present import present
    from warehouse.connection import connect

    if as_of is None:
        with connect("loader") as connection:
            return present(connection)
    try:
        parsed = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise MomentError(
            f"{as_of!r} is not a moment", hint="write it as 2026-07-20T09:00:00+05:00"
        ) from error
    if parsed.tzinfo is None:
        raise MomentError(f"{as_of!r} has no offset from UTC", hint="write it as 2026-07-20T09:00:00+05:00")
    return parsed


def project_hash(project_dir: Path) -> str:
    """SHA-256 over the names and bytes of the dbt project, less what dbt writes there."""
    digest = hashlib.sha256()
    for path in sorted(project_dir.rglob("*")):
        relative = path.relative_to(project_dir)
        if path.is_file() and relative.parts[0] not in NOT_PROJECT:
            content = path.read_bytes()
            digest.update(f"{relative.as_posix()}\n{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


LEDGER_STATE = """
select
    (select md5(string_agg(d.submission_id || d.ruleset_version || d.outcome, ',' order by d.submission_id))
        from ledger.decision as d where d.is_current),
    (select md5(string_agg(v.registry_sha256, ',' order by v.registry_sha256))
        from ledger.registry_version as v),
    (select md5(string_agg(
        o.ogrn || o.form_code || o.period_code || o.due_on || o.grace_until,
        ',' order by o.ogrn, o.form_code, o.period_code
    )) from ledger.obligation as o),
    (select count(*) from ledger.period_closing) || '/' || (select count(*) from ledger.period_exception)
"""


@dataclass(frozen=True)
class Inputs:
    """Everything that the marts follow from, in short."""

    at: datetime
    when: str
    project_sha256: str
    decisions_digest: str
    registry_digest: str
    calendar_digest: str
    closings: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all of it."""
        parts = (
            self.when,
            self.project_sha256,
            self.decisions_digest,
            self.registry_digest,
            self.calendar_digest,
            self.closings,
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def inputs(as_of: str | None) -> Inputs:
    """Read what a build would be made from.

    While the clock runs, the part of the moment that counts is its day: a build made this morning holds
    until a decision changes or the day ends. A moment given, or a fixed clock, counts in full.
    """
    from warehouse.connection import connect
    from warehouse.settings import get_settings

    settings = get_settings()
    at = moment(as_of)
    is_open = as_of is None and settings.clock is None
    when = at.astimezone(ZONE).date().isoformat() if is_open else at.astimezone(UTC).isoformat()
    with connect("loader") as connection:
        state = connection.execute(LEDGER_STATE).fetchone()
    if state is None:
        raise AssertionError("a query of aggregates returns one row")
    return Inputs(at, when, project_hash(settings.project_dir / "dbt_project"), *map(str, state))


def plan(
    as_of: str | None = None,
    *,
    wait_for_validation: bool = False,
    force: bool = False,
    full_refresh: bool = False,
) -> dict[str, str] | None:
    """Open a build, or return None when none is needed.

    None is needed when the last build succeeded with the same fingerprint, or, with wait_for_validation,
    while submissions are still being checked: their decisions will start the next build. With force or
    full_refresh, one always is; with full_refresh nothing is kept of what was built before.
    Raises MomentError for a moment to come: reports that are not due yet would count as not submitted.
    Raises WeightsError for a methodology whose weights do not sum to 1.
    """
    from warehouse.connection import connect
    from warehouse.settings import get_settings

    wanted = inputs(as_of)
    now = moment(None)
    if wanted.at > now:
        today = now.astimezone(ZONE).isoformat(timespec="seconds")
        raise MomentError(
            f"{as_of} is still to come: nobody knows what will have been submitted by then",
            hint=f"it is {today}; without --as-of, now is meant",
        )
    with connect("loader") as connection:
        last = connection.execute(
            "select fingerprint, outcome from ledger.build order by started_at desc limit 1"
        ).fetchone()
        if not (force or full_refresh) and last == (wanted.fingerprint, "success"):
            return None
        if wait_for_validation and _undecided(connection):
            return None
        check_weights(get_settings().project_dir / "dbt_project")
        chosen = decide_scope(
            connection,
            project_sha256=wanted.project_sha256,
            registry_digest=wanted.registry_digest,
            as_of=wanted.at,
            full_refresh=full_refresh,
        )
        planned = {
            "build_id": str(uuid.uuid4()),
            "fingerprint": wanted.fingerprint,
            "as_of": wanted.at.isoformat(),
            "scope": chosen.scope,
            "scope_reason": chosen.reason,
        }
        # When a build ran is a fact about the machine, so it is the machine's time, also under a fixed clock.
        connection.execute(
            "insert into ledger.build (build_id, fingerprint, as_of, started_at, project_sha256,"
            " registry_digest, scope, scope_reason) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                planned["build_id"],
                planned["fingerprint"],
                planned["as_of"],
                datetime.now(UTC),
                wanted.project_sha256,
                wanted.registry_digest,
                planned["scope"],
                planned["scope_reason"],
            ],
        )
        connection.commit()
    logger.info("build as of %s: %s", planned["as_of"], planned["scope_reason"])
    return planned


def is_current() -> bool:
    """Whether the marts are those of the present decisions, registry, calendar, project and moment."""
    from warehouse.connection import connect

    with connect("loader") as connection:
        last = connection.execute(
            "select fingerprint, outcome from ledger.build order by started_at desc limit 1"
        ).fetchone()
    return last is not None and tuple(last) == (inputs(None).fingerprint, "success")


def _undecided(connection: Connection) -> bool:
    row = connection.execute(
        "select exists (select 1 from ledger.submission where state <> 'decided')"
    ).fetchone()
    return bool(row and row[0])


def run_layers(planned: dict[str, str]) -> None:
    """Build every layer in one dbt run. Raises warehouse.dbt.DbtFailed, naming the nodes."""
    from warehouse.dbt import DbtFailed, excluded, run_dbt

    later = ["tag:layer_public", *excluded(planned["scope"])]
    try:
        run_dbt(["build", "--exclude", *later, "--no-write-json"], planned["as_of"], scope=planned["scope"])
        decide_disclosure()
        run_dbt(
            ["build", "--selector", "layer_public", "--no-write-json"],
            planned["as_of"],
            scope=planned["scope"],
        )
    except DbtFailed:
        fail(planned)
        raise


def decide_disclosure() -> None:
    """Decide what is withheld from the public marts: before they are built, after everything they tell of.

    Somebody is told, once, of a region and year that is withheld as a whole, and of small figures that
    earlier releases give away.
    """
    from orientir.alerts import alert
    from publish.disclosure.decide import decide

    for scope in decide():
        subject = f"disclosure:{scope.region_code}/{scope.school_year}"
        place = f"{scope.region_code}, {scope.school_year}"
        if scope.refused is not None:
            alert(subject, f"публичные витрины закрыты целиком: {place}", f"{WITHHELD}\n\n{scope.refused}")
        if scope.given_away:
            told = f"Малых чисел, которые выдаёт прежняя выгрузка: {scope.given_away}. {TOLD_BEFORE}"
            alert(subject, f"прежняя выгрузка выдаёт малые числа: {place}", told)


def finish(planned: dict[str, str]) -> int:
    """Load the findings of dbt's rules and close the build as a success. Returns the number of findings."""
    from expectations.dbt_findings import collect_rule_findings
    from ingest.ledger import events
    from warehouse.connection import connect

    findings = collect_rule_findings()
    with connect("loader") as connection:
        _close(connection, planned, "success")
        events.append(
            connection,
            [
                events.Event(
                    "build.finished",
                    f"build:{planned['fingerprint'][:16]}",
                    {
                        "fingerprint": planned["fingerprint"],
                        "as_of": planned["as_of"],
                        "scope": planned["scope"],
                        "rule_findings": findings,
                    },
                )
            ],
        )
        connection.commit()
    return findings


def fail(planned: dict[str, str]) -> None:
    """Close the build as failed."""
    from warehouse.connection import connect

    with connect("loader") as connection:
        _close(connection, planned, "failed")
        connection.commit()


def _close(connection: Connection, planned: dict[str, str], outcome: str) -> None:
    connection.execute(
        "update ledger.build set finished_at = %s, outcome = %s where build_id = %s and outcome is null",
        [datetime.now(UTC), outcome, planned["build_id"]],
    )


def current() -> dict[str, str]:
    """Return what the marts were last built from; empty before the first build."""
    from warehouse.connection import connect

    with connect("loader") as connection:
        row = connection.execute(
            "select build_id, fingerprint, as_of from ledger.build where outcome = 'success'"
            " order by started_at desc limit 1"
        ).fetchone()
    if row is None:
        return {}
    return {"build_id": str(row[0]), "fingerprint": row[1], "as_of": row[2].isoformat()}
