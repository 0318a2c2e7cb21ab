"""Closing a period: what comes later is taken and kept, and counts in the next release.

A closing holds the figures of a period as they stood at its moment. Closing the period again moves the moment
on: the next edition takes in what waited. A named exception lets single corrections count until it expires.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from ingest.calendar.obligations import local_date
from ingest.forms.catalogue import load_contracts
from ingest.ledger.events import Event, append
from ingest.ledger.looks import looked_through
from ingest.ledger.present import present
from ingest.periods import covered, parse_period
from ingest.sources.regions import region
from warehouse import clock
from warehouse.connection import connect


class ClosingError(RuntimeError):
    """The period cannot be closed or opened so; the text says why and what to do."""


@dataclass(frozen=True)
class Closing:
    """A closing as recorded. `taken_in` are reports that waited since the last closing and count now."""

    closing_id: int
    region_code: str
    period_code: str
    counts_until: datetime
    recorded_at: datetime
    closed_by: str
    comment: str
    taken_in: int = 0


@dataclass(frozen=True)
class PeriodException:
    """Leave to correct a closed period until a moment: one form or all, one organisation or all."""

    exception_id: int
    region_code: str
    period_code: str
    form_code: str | None
    ogrn: str | None
    name: str
    granted_by: str
    granted_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class LateSubmission:
    """A submission that came after its period was closed."""

    submission_id: UUID
    region_code: str
    ogrn: str
    organisation: str
    form_code: str
    period_code: str
    revision: int
    received_at: datetime
    outcome: str | None
    counts_until: datetime

    @property
    def received_on(self) -> str:
        """The day of receipt by the region's clock, as it is printed."""
        return f"{local_date(self.received_at, region(self.region_code).zone):%d.%m.%Y}"

    @property
    def closed_on(self) -> str:
        """The last day that counts, by the region's clock, as it is printed."""
        return f"{local_date(self.counts_until, region(self.region_code).zone):%d.%m.%Y}"


def close_period(
    region_code: str, period_code: str, by: str, comment: str = "", until: datetime | None = None
) -> Closing:
    """Close a period, and all that are part of it, for a region as of a moment.

    If none is given, it is the last at which all that had arrived is known: when the inbox was last looked
    through. Periods of the same kind that were closed before move on to the same moment: what waited for the
    next release has its release now. Raises ClosingError while a report of the period waits for its decision,
    when the period has not begun, or when the moment lies in the future, after the last look through the
    inbox (a file that is taken later could still have arrived before it), or before the last closing.
    """
    period = parse_period(period_code)
    with connect("loader") as connection:
        now = present(connection)
        known_until = _known_until(connection, region_code, now)
        moment = until or known_until
        if local_date(moment, region(region_code).zone) < period.starts_on:
            raise ClosingError(
                f"{period.code} begins on {period.starts_on}: it cannot be closed as of {moment}"
            )
        if moment > now:
            raise ClosingError(f"a period is closed as of a moment that has come, not as of {moment}")
        if moment > known_until:
            raise ClosingError(
                f"the inbox of {region_code} was last looked through at {known_until}: what has arrived since"
                " is not known. `orientir pull`, then close; if that does not help, its log names the folders"
                " that could not be listed"
            )
        connection.execute("select pg_advisory_xact_lock(hashtext('ledger.period_closing'))")
        codes = _codes_to_close(connection, region_code, period.code, moment)
        _require_decided(connection, region_code, codes, moment)
        taken_in = _waiting(connection, region_code, codes, moment, now)
        row = connection.execute(
            "insert into ledger.period_closing"
            " (region_code, scope_code, counts_until, recorded_at, closed_by, comment)"
            " values (%s, %s, %s, %s, %s, %s) returning closing_id",
            [region_code, period.code, moment, now, by, comment],
        ).fetchone()
        if row is None:
            raise AssertionError("an insert returns its row")
        connection.execute(
            "insert into ledger.closed_period (closing_id, period_code) select %s, unnest(%s::text[])",
            [row[0], codes],
        )
        closing = Closing(row[0], region_code, period.code, moment, now, by, comment, taken_in)
        append(
            connection,
            [Event("period.closed", f"period:{region_code}/{period.code}", asdict(closing))],
            at=now,
        )
        connection.commit()
    return closing


def reopen_period(
    region_code: str,
    period_code: str,
    *,
    name: str,
    by: str,
    until: datetime,
    form_code: str | None = None,
    ogrn: str | None = None,
) -> PeriodException:
    """Let what is received from now until a moment count in a closed period, under a name.

    Raises ClosingError when the period is not closed, the organisation is none of the region's, there is no
    such form, the name is empty or the moment has passed.
    """
    period = parse_period(period_code)
    now = clock.now()
    if not name.strip():
        raise ClosingError("an exception needs a name: what it is for, such as the letter that asks for it")
    if until <= now:
        raise ClosingError(f"the exception would end at {until}, before it begins ({now})")
    with connect("loader") as connection:
        codes = list(covered(period))
        closed = connection.execute(
            "select 1 from ledger.closed_period as p"
            " inner join ledger.period_closing as c on c.closing_id = p.closing_id"
            " where c.region_code = %s and p.period_code = any(%s) limit 1",
            [region_code, codes],
        ).fetchone()
        if closed is None:
            raise ClosingError(f"{period.code} is not closed in {region_code}: everything counts as it is")
        if ogrn is not None:
            _require_organisation(connection, region_code, ogrn)
        if form_code is not None:
            _require_form(form_code)
        row = connection.execute(
            "insert into ledger.period_exception"
            " (region_code, scope_code, form_code, ogrn, name, granted_by, granted_at, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s) returning exception_id",
            [region_code, period.code, form_code, ogrn, name.strip(), by, now, until],
        ).fetchone()
        if row is None:
            raise AssertionError("an insert returns its row")
        connection.execute(
            "insert into ledger.excepted_period (exception_id, period_code) select %s, unnest(%s::text[])",
            [row[0], codes],
        )
        granted = PeriodException(
            row[0], region_code, period.code, form_code, ogrn, name.strip(), by, now, until
        )
        append(
            connection,
            [Event("period.reopened", f"period:{region_code}/{period.code}", asdict(granted))],
            at=now,
        )
        connection.commit()
    return granted


def closings(connection: psycopg.Connection[Any], region_code: str | None = None) -> list[Closing]:
    """Closings in the order of their recording."""
    with connection.cursor(row_factory=class_row(Closing)) as cursor:
        return cursor.execute(
            "select closing_id, region_code, scope_code as period_code, counts_until, recorded_at, closed_by,"
            " comment from ledger.period_closing where %(region)s::text is null or region_code = %(region)s"
            " order by closing_id",
            {"region": region_code},
        ).fetchall()


def exceptions(connection: psycopg.Connection[Any], region_code: str | None = None) -> list[PeriodException]:
    """Exceptions in the order of their granting, expired ones too."""
    with connection.cursor(row_factory=class_row(PeriodException)) as cursor:
        return cursor.execute(
            "select exception_id, region_code, scope_code as period_code, form_code, ogrn, name, granted_by,"
            " granted_at, expires_at from ledger.period_exception"
            " where %(region)s::text is null or region_code = %(region)s order by exception_id",
            {"region": region_code},
        ).fetchall()


def late_submissions(
    connection: psycopg.Connection[Any], region_code: str | None = None, as_of: datetime | None = None
) -> list[LateSubmission]:
    """What was received after its period was closed and waits for the next release, the latest last."""
    with connection.cursor(row_factory=class_row(LateSubmission)) as cursor:
        return cursor.execute(
            "select r.submission_id, r.region_code, r.ogrn, o.name_short as organisation, r.form_code,"
            " r.period_code, r.revision, r.received_at, r.outcome, late.counts_until"
            " from ledger.after_closing(%(as_of)s) as late"
            " inner join ledger.submission_revision as r on r.submission_id = late.submission_id"
            " inner join ledger.organisation as o on o.ogrn = r.ogrn"
            " where %(region)s::text is null or r.region_code = %(region)s"
            " order by r.received_at, r.ogrn, r.form_code, r.period_code, r.submission_id",
            {"region": region_code, "as_of": as_of or present(connection)},
        ).fetchall()


def _known_until(connection: psycopg.Connection[Any], region_code: str, now: datetime) -> datetime:
    """The last moment before which nothing can turn up any more in a region."""
    looked_at = looked_through(connection, region_code)
    if looked_at is None:
        # Nothing was ever pulled: what the first pull finds is received after the closing.
        return now
    # Under a clock that stands still arrivals are a tick apart, and the next one comes after all of them.
    return now if clock.is_fixed() and looked_at >= clock.now() else min(now, looked_at)


def _codes_to_close(
    connection: psycopg.Connection[Any], region_code: str, period_code: str, moment: datetime
) -> list[str]:
    """The period's own codes and those of earlier closings of periods of the same kind."""
    period = parse_period(period_code)
    codes = set(covered(period))
    rows = connection.execute(
        "select scope_code, max(counts_until) from ledger.period_closing where region_code = %s"
        " group by scope_code",
        [region_code],
    ).fetchall()
    for scope, last in rows:
        earlier = parse_period(scope)
        if earlier.period_type != period.period_type or earlier.starts_on > period.starts_on:
            continue
        if earlier.code == period.code and moment <= last:
            raise ClosingError(f"{period.code} is closed already as of {last}: a closing moves on only")
        if moment > last:
            codes |= set(covered(earlier))
    return sorted(codes)


def _require_decided(
    connection: psycopg.Connection[Any], region_code: str, codes: list[str], moment: datetime
) -> None:
    row = connection.execute(
        "select count(*) from ledger.submission where region_code = %s and period_code = any(%s)"
        " and received_at <= %s and state <> 'decided'",
        [region_code, codes, moment],
    ).fetchone()
    if row is not None and row[0]:
        raise ClosingError(
            f"{row[0]} reports of the period wait for their decision: `orientir validate`, then close"
        )


def _waiting(
    connection: psycopg.Connection[Any], region_code: str, codes: list[str], moment: datetime, now: datetime
) -> int:
    row = connection.execute(
        "select count(*) from ledger.after_closing(%s) as late"
        " inner join ledger.submission as s on s.submission_id = late.submission_id"
        " where s.region_code = %s and s.period_code = any(%s) and s.received_at <= %s",
        [now, region_code, codes, moment],
    ).fetchone()
    return int(row[0]) if row is not None else 0


def _require_form(form_code: str) -> None:
    known = load_contracts()
    if form_code not in known:
        raise ClosingError(f"there is no form {form_code!r}; the forms are {', '.join(known)}")


def _require_organisation(connection: psycopg.Connection[Any], region_code: str, ogrn: str) -> None:
    row = connection.execute(
        "select 1 from ledger.organisation where ogrn = %s and region_code = %s", [ogrn, region_code]
    ).fetchone()
    if row is None:
        raise ClosingError(f"the registry of {region_code} has no organisation {ogrn}")
