"""What was done for each measure, by period of reporting and by school year, against what its term plans."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from demo.answer_key.measure_terms import count_days, days_in
from demo.answer_key.measures import SUMS, RoadMapMeasure, road_maps
from demo.periods import SCHOOL_YEARS, TODAY, following, is_over, period_type, rhythms, school_year, span

ACCEPTED = ("accepted", "accepted_late")
# The first period of each kind that belongs to the demo's school years.
FIRST_PERIODS = {"school_year": "2024-2025", "half_year": "2024-H2", "quarter": "2024-Q3", "month": "2024-07"}


@dataclass
class _Asked:
    """Reports of one form that a region owes for a period."""

    form_code: str
    expected: int = 0
    due: int = 0
    accepted: int = 0
    missing: int = 0
    organisations: set[str] = field(default_factory=set)


@dataclass
class _Reported:
    """What was reported of one measure for a period."""

    organisations: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    received: list[date] = field(default_factory=list)
    event_days: list[date] = field(default_factory=list)
    sums: Counter[str] = field(default_factory=Counter)

    @property
    def is_evident(self) -> bool:
        """Whether one of the reports tells more than zeros."""
        return bool(self.received)


@cache
def periods_of_type(kind: str) -> tuple[str, ...]:
    """Codes of the periods of a kind in the demo's school years, in the order of time."""
    codes = []
    code = FIRST_PERIODS[kind]
    while school_year(code) <= SCHOOL_YEARS[-1]:
        codes.append(code)
        code = following(code)
    return tuple(codes)


class MeasureExecution:
    """Adds up batches of organisations into what was done for each measure.

    `by`: `period_code` for every period of the forms that serve a measure, or `school_year`.
    """

    def __init__(self, by: str) -> None:
        self._by = by
        self._asked: dict[tuple[str, str, str], _Asked] = {}
        self._reported: dict[tuple[str, str], _Reported] = defaultdict(_Reported)

    def add(self, obligations: pd.DataFrame, reports: pd.DataFrame, kinds: dict[str, str]) -> None:
        """`kinds`: kind of each organisation of the batch by ОГРН."""
        for owed in obligations.to_dict("records"):
            key = (owed["region_code"], owed["form_code"], owed[self._by])
            asked = self._asked.setdefault(key, _Asked(owed["form_code"]))
            is_accepted, is_due = owed["status"] in ACCEPTED, is_over(owed["due_on"])
            asked.expected += 1
            asked.due += is_due
            asked.accepted += is_accepted
            asked.missing += is_due and not is_accepted
            asked.organisations.add(owed["ogrn"])
        for said in reports.to_dict("records"):
            reported = self._reported[said["measure_code"], said[self._by]]
            if said["is_evidence"]:
                reported.organisations.add(said["ogrn"])
                reported.kinds.add(kinds[said["ogrn"]])
                reported.received.append(said["received_on"])
            days = (said["first_event_on"], said["last_event_on"])
            reported.event_days += [day for day in days if isinstance(day, date)]
            reported.sums.update({name: int(said[name]) for name in SUMS if pd.notna(said[name])})

    def frame(self) -> pd.DataFrame:
        """One row per measure and period of the demo's school years."""
        rows = [
            self._row(measure, period)
            for measure in road_maps().values()
            for period in self._periods(measure)
        ]
        told = [row for row in rows if row is not None]
        return pd.DataFrame(told).astype(dict.fromkeys(SUMS, "Int64") if told else {})

    def _periods(self, measure: RoadMapMeasure) -> tuple[str, ...]:
        if self._by == "school_year":
            return SCHOOL_YEARS
        kinds = {
            period_type(rhythm.first_period) for rhythm in rhythms() if rhythm.form_code in measure.forms
        }
        return tuple(period for kind in sorted(kinds) for period in periods_of_type(kind))

    def _row(self, measure: RoadMapMeasure, period: str) -> dict[str, Any] | None:
        parts = [
            self._asked[measure.region_code, form, period]
            for form in sorted(measure.forms)
            if (measure.region_code, form, period) in self._asked
        ]
        planned = days_in(measure.term, period)
        said = self._reported.get((measure.measure_code, period), _Reported())
        if not parts and not planned and not said.is_evident:
            return None
        return {
            "measure_code": measure.measure_code,
            self._by: period,
            **({} if self._by == "school_year" else {"school_year": school_year(period)}),
            "region_code": measure.region_code,
            "is_planned": bool(planned),
            "windows": len(planned),
            "planned_from": min((days.first for days in planned), default=None),
            "planned_to": max((days.last for days in planned), default=None),
            "planned_days": count_days(planned),
            "forms": ", ".join(part.form_code for part in parts) or None,
            "reports_expected": sum(part.expected for part in parts),
            "reports_due": sum(part.due for part in parts),
            "reports_accepted": sum(part.accepted for part in parts),
            "organisations_expected": len(set().union(*(part.organisations for part in parts))),
            "organisations_reported": len(said.organisations),
            "reported_by": ", ".join(sorted(said.kinds)) or None,
            "evidence_submissions": len(said.received),
            "first_reported_on": min(said.received, default=None),
            "last_reported_on": max(said.received, default=None),
            "first_event_on": min(said.event_days, default=None),
            "last_event_on": max(said.event_days, default=None),
            **{name: said.sums.get(name) for name in SUMS},
            "status": self._status(
                measure, period, parts, is_reported=said.is_evident, is_planned=bool(planned)
            ),
        }

    def _status(
        self,
        measure: RoadMapMeasure,
        period: str,
        parts: list[_Asked],
        *,
        is_reported: bool,
        is_planned: bool,
    ) -> str:
        if is_reported:
            return "partly" if any(part.missing for part in parts) else "done"
        if is_planned and any(part.due for part in parts):
            return "not_reported"
        return "not_due" if parts or self._is_awaited(measure, period) else "not_reportable"

    def _is_awaited(self, measure: RoadMapMeasure, period: str) -> bool:
        """Whether a form may yet be owed for a period that still lasts."""
        return span(period)[1] >= TODAY and any(
            rhythm.form_code in measure.forms
            and measure.region_code in rhythm.regions
            and span(rhythm.first_period)[0] <= span(period)[1]
            and (self._by == "school_year" or period_type(rhythm.first_period) == period_type(period))
            for rhythm in rhythms()
        )
