"""Obligations: what each organisation of the registry owes by the cyclogram. Silence is a row."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from psycopg import Connection

from ingest.calendar.cyclogram import Deadline, check_extensions, deadline, extensions, opened_by
from ingest.ledger import events
from ingest.sources.regions import load_regions, region
from warehouse import clock
from warehouse.connection import connect


@dataclass(frozen=True)
class ObligationReport:
    """What a synchronisation changed: rows added, rows with new days, rows that are not owed after all."""

    region_code: str
    until: date
    added: int
    moved: int
    withdrawn: int
    total: int


def sync_obligations(region_code: str | None = None, until: date | None = None) -> list[ObligationReport]:
    """Make ``ledger.obligation`` say what is owed by ``until`` (today by the region's clock).

    Doing it again changes nothing. A window that opened is a row from its first day on; an organisation that
    the registry closes loses the rows after its closing.
    """
    check_extensions()
    codes = [region(region_code).region_code] if region_code else list(load_regions())
    with connect("loader") as connection:
        reports = [_sync(connection, code, until or today(code)) for code in codes]
        connection.commit()
    return reports


def today(region_code: str) -> date:
    """The current date by the region's clock."""
    return local_date(clock.now(), region(region_code).zone)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The calendar date of a moment where the region is: deadlines end at its midnight."""
    return moment.astimezone(zone).date()


def _sync(connection: Connection, region_code: str, until: date) -> ObligationReport:
    connection.execute(
        "create temporary table owed (ogrn text, form_code text, period_code text,"
        " opens_on date, due_on date, grace_until date, closes_on date) on commit drop"
    )
    connection.execute("truncate owed")
    opened = opened_by(until, region_code)
    _add_owed(connection, region_code, opened)
    _apply_individual_extensions(connection, region_code)
    withdrawn = connection.execute(
        "delete from ledger.obligation as o where o.region_code = %s and o.opens_on <= %s and not exists ("
        " select 1 from owed"
        " where (owed.ogrn, owed.form_code, owed.period_code) = (o.ogrn, o.form_code, o.period_code))",
        [region_code, until],
    ).rowcount
    moved = connection.execute(
        "update ledger.obligation as o set (opens_on, due_on, grace_until, closes_on, region_code)"
        " = row(owed.opens_on, owed.due_on, owed.grace_until, owed.closes_on, %s) from owed"
        " where (owed.ogrn, owed.form_code, owed.period_code) = (o.ogrn, o.form_code, o.period_code)"
        " and (o.opens_on, o.due_on, o.grace_until, o.closes_on, o.region_code)"
        " is distinct from (owed.opens_on, owed.due_on, owed.grace_until, owed.closes_on, %s)",
        [region_code, region_code],
    ).rowcount
    added = connection.execute(
        "insert into ledger.obligation"
        " (ogrn, form_code, period_code, region_code, opens_on, due_on, grace_until, closes_on)"
        " select ogrn, form_code, period_code, %s, opens_on, due_on, grace_until, closes_on from owed"
        " order by ogrn, form_code, period_code on conflict do nothing",
        [region_code],
    ).rowcount
    total = connection.execute(
        "select count(*) from ledger.obligation where region_code = %s", [region_code]
    ).fetchone()
    connection.execute("drop table owed")
    report = ObligationReport(region_code, until, added, moved, withdrawn, total[0] if total else 0)
    if added or moved or withdrawn:
        events.append(
            connection, [events.Event("obligations.synced", f"region:{region_code}", asdict(report))]
        )
    return report


def _add_owed(connection: Connection, region_code: str, opened: list[Deadline]) -> None:
    """Registry x cyclogram in the database: the cyclogram goes over the wire, the registry does not."""
    columns: list[list[object]] = [
        [item.form_code for item in opened],
        [item.period.code for item in opened],
        [item.kind for item in opened],
        [item.reference_day for item in opened],
        [item.opens_on for item in opened],
        [item.due_on for item in opened],
        [item.grace_until for item in opened],
        [item.closes_on for item in opened],
    ]
    connection.execute(
        "insert into owed"
        " select o.ogrn, d.form_code, d.period_code, d.opens_on, d.due_on, d.grace_until, d.closes_on"
        " from unnest(%s::text[], %s::text[], %s::text[],"
        " %s::date[], %s::date[], %s::date[], %s::date[], %s::date[])"
        " as d (form_code, period_code, kind, reference_day, opens_on, due_on, grace_until, closes_on)"
        " join ledger.organisation as o on o.kind = d.kind and o.region_code = %s"
        " and o.valid_from <= d.reference_day and (o.valid_to is null or d.reference_day <= o.valid_to)",
        [*columns, region_code],
    )


def _apply_individual_extensions(connection: Connection, region_code: str) -> None:
    for extension in extensions(region_code):
        for ogrn in extension.organisations:
            item = deadline(extension.form, extension.period, region_code, ogrn)
            if item is not None:
                connection.execute(
                    "update owed set (due_on, grace_until, closes_on) = row(%s, %s, %s)"
                    " where ogrn = %s and form_code = %s and period_code = %s",
                    [item.due_on, item.grace_until, item.closes_on, ogrn, extension.form, extension.period],
                )
