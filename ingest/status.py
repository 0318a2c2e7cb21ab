"""What was received, what came of it and what is missing, by region and form: the table that a run ends
with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ingest.calendar.obligations import today
from ingest.sources.regions import load_regions, region
from warehouse import clock
from warehouse.connection import connect


@dataclass(frozen=True)
class FormStatus:
    """One form in one region; ``form_code`` is None for files whose form could not be told.

    ``received`` counts submissions, revisions included: ``waiting`` for a decision and the four outcomes
    add up to it. ``due`` counts obligations whose due day is over, ``submitted`` those that anything was
    sent for, ``fulfilled`` those that something was accepted for; the rest is silence or refusal.
    """

    region_code: str
    form_code: str | None
    received: int
    waiting: int
    accepted: int
    accepted_with_warnings: int
    rejected: int
    unreadable: int
    due: int
    submitted: int
    fulfilled: int


@dataclass(frozen=True)
class Status:
    """The state of the ledger at a moment. ``strays`` are receipts from folders that belong to nobody."""

    as_of: datetime
    forms: tuple[FormStatus, ...]
    organisations: int
    obligations: int
    receipts: int
    strays: int
    events: int


_SUBMISSIONS = """
    select
        s.region_code,
        s.form_code,
        count(*),
        count(*) filter (where d.outcome is null or s.state <> 'decided'),
        count(*) filter (where s.state = 'decided' and d.outcome = 'accepted'),
        count(*) filter (where s.state = 'decided' and d.outcome = 'accepted_with_warnings'),
        count(*) filter (where s.state = 'decided' and d.outcome = 'rejected'),
        count(*) filter (where s.state = 'decided' and d.outcome = 'unreadable')
    from ledger.submission as s
    left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
    where s.region_code = any(%s)
    group by s.region_code, s.form_code
"""

_OBLIGATIONS = """
    select
        o.region_code,
        o.form_code,
        count(*),
        count(*) filter (where sent.ogrn is not null),
        count(*) filter (where sent.is_accepted)
    from ledger.obligation as o
    left join (
        select s.ogrn, s.form_code, s.period_code, bool_or(d.outcome like 'accepted%%') as is_accepted
        from ledger.submission as s
        left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
        where s.ogrn is not null
        group by s.ogrn, s.form_code, s.period_code
    ) as sent using (ogrn, form_code, period_code)
    where o.region_code = %s and o.due_on < %s
    group by o.region_code, o.form_code
"""

_TOTALS = """
    select
        (select count(*) from ledger.organisation where region_code = any(%(regions)s)),
        (select count(*) from ledger.obligation where region_code = any(%(regions)s)),
        (select count(*) from ledger.receipt where region_code = any(%(regions)s)),
        (select count(*) from ledger.receipt where region_code = any(%(regions)s) and sender_ogrn is null),
        (select count(*) from ledger.event)
"""


def status(region_code: str | None = None) -> Status:
    """The state of one region or of all, forms in the order of region and code, unidentified files last."""
    codes = [region(region_code).region_code] if region_code else list(load_regions())
    with connect("auditor") as connection:
        received = {tuple(row[:2]): row[2:] for row in connection.execute(_SUBMISSIONS, [codes])}
        owed = {
            tuple(row[:2]): row[2:]
            for code in codes
            for row in connection.execute(_OBLIGATIONS, [code, today(code)])
        }
        totals = connection.execute(_TOTALS, {"regions": codes}).fetchone() or (0, 0, 0, 0, 0)
    keys = sorted(received.keys() | owed.keys(), key=lambda key: (key[0], key[1] is None, key[1] or ""))
    return Status(
        as_of=clock.now(),
        forms=tuple(FormStatus(*key, *received.get(key, (0,) * 6), *owed.get(key, (0,) * 3)) for key in keys),
        organisations=totals[0],
        obligations=totals[1],
        receipts=totals[2],
        strays=totals[3],
        events=totals[4],
    )
