"""Rows of the marts as the documents read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True)
class Indicator:
    """An indicator of the registry: `unit` is % for shares; `good_direction` is up or down."""

    code: str
    sort_no: int
    direction_no: int
    direction_name: str
    name: str
    definition: str
    formula: str
    unit: str
    value_scale: Decimal
    source_forms: str
    rolled_up_from: str
    good_direction: str = "up"

    def reaches(self, value: Decimal, target: Decimal) -> bool:
        """True when a value is as good as a target or better: a load on staff is better when it is lower."""
        return value <= target if self.good_direction == "down" else value >= target

    def merit(self, value: Decimal) -> Decimal:
        """A number that is higher the better the value is."""
        return -value if self.good_direction == "down" else value

    @property
    def summed_kinds(self) -> tuple[str, ...]:
        """Kinds of organisations that the value of a municipality or region adds up."""
        return tuple(self.rolled_up_from.split(";"))

    @property
    def is_percent(self) -> bool:
        """True when values are percentages, so that years differ by percentage points."""
        return self.unit == "%"


@dataclass(frozen=True)
class IndicatorValue:
    """The value of one indicator for one unit and school year, or the reason why there is none."""

    indicator_code: str
    unit_type: str
    unit_code: str
    school_year: str
    numerator: Decimal | None
    denominator: Decimal | None
    value: Decimal | None
    missing_reason: str | None


@dataclass(frozen=True)
class Municipality:
    """A municipality of the region, by its code of 2019."""

    code: str
    name: str


@dataclass(frozen=True)
class OrganisationCount:
    """How many organisations of one kind the registry of the region holds."""

    kind: str
    organisations: int


@dataclass(frozen=True)
class Discipline:
    """Reports of one municipality, form and school year: how many were due, sent, in time, accepted."""

    municipality_code: str
    form_code: str
    school_year: str
    expected: int
    submitted: int
    on_time: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class SilentOrganisation:
    """An organisation with reports due in the school year that were never submitted."""

    ogrn: str
    name_short: str
    kind: str
    municipality_code: str
    municipality_name: str
    expected: int
    missing: int
    forms: str


@dataclass(frozen=True)
class Intention:
    """Intentions of the graduates of one grade, summed over the schools of the region that were accepted."""

    school_year: str
    grade: int
    schools: int
    graduates: int
    surveyed: int
    to_grade_10: int
    to_spo: int
    to_university: int
    to_work: int
    to_army: int
    undecided: int
    to_other_region: int


@dataclass(frozen=True)
class Destination:
    """Where the graduates of one grade went, summed over the schools of the region that were accepted."""

    school_year: str
    grade: int
    schools: int
    graduates: int
    to_grade_10: int
    to_spo: int
    to_university: int
    to_work: int
    to_army: int
    not_placed: int
    to_other_region: int
    entered_as_intended: int


@dataclass(frozen=True)
class Inclusion:
    """Pupils with disabilities and guidance for them, summed over the schools of one municipality."""

    school_year: str
    municipality_code: str
    schools: int
    students_ovz: int
    included_ovz: int
    trial_ovz: int
    disabled_outside_ovz: int
    included_disabled: int
    with_plan: int


@dataclass(frozen=True)
class ServicePlan:
    """The state service of one employment centre by the month that closes the calendar year."""

    ogrn: str
    period_code: str
    service_plan_year: int
    service_fact_cumulative: int


@dataclass(frozen=True)
class Organisation:
    """An organisation of the region and where it stands now."""

    ogrn: str
    name_short: str
    kind: str
    municipality_code: str


@dataclass(frozen=True)
class Contingent:
    """Pupils of grades 6-11 of the schools whose passport was accepted."""

    school_year: str
    schools: int
    students: int
    students_ovz: int


@dataclass(frozen=True)
class Rated:
    """A municipality, school, employment centre or college in the rating of one school year.

    ``previous_rank`` is last year's place as published then, by ``previous_methodology_code``; it compares
    with ``rank_by_previous_methodology``, this year's place by the same. ``previous_rank_recomputed`` is last
    year's place by the methodology of this row, and compares with ``rank``.
    """

    unit_code: str
    unit_name: str
    municipality_name: str
    group_code: str | None
    group_name: str | None
    score: Decimal | None
    rank: int | None
    rank_in_group: int | None
    previous_rank: int | None
    previous_rank_recomputed: int | None
    previous_methodology_code: str | None
    rank_by_previous_methodology: int | None
    is_ranked: bool
    unranked_reason: str | None
    available_weight: Decimal | None
    methodology_code: str


class Comparison(Enum):
    """Which methodology the places of two years are compared by: never two methodologies at once."""

    BY_THIS = "previous_rank_recomputed − rank"
    BY_PREVIOUS = "previous_rank − rank_by_previous_methodology"
    NONE = "none"

    def place_before(self, row: Rated) -> int | None:
        """Last year's place."""
        return row.previous_rank if self is Comparison.BY_PREVIOUS else row.previous_rank_recomputed

    def place_now(self, row: Rated) -> int | None:
        """This year's place by the same methodology. None for who has no place this year."""
        if row.rank is None:
            return None
        return row.rank_by_previous_methodology if self is Comparison.BY_PREVIOUS else row.rank

    def shift(self, row: Rated) -> int | None:
        """By how many places the unit rose; a fall is negative. None for who has no place this year."""
        before, now = self.place_before(row), self.place_now(row)
        return None if before is None or now is None else before - now


def comparison_of(rated: Iterable[Rated]) -> Comparison:
    """How the places of ratings are compared with last year's.

    By the methodology of this year, unless last year's gives places to more units in both years: this one
    gives none where most of what it asks for was not collected then.
    """
    rows = list(rated)
    ways = (Comparison.BY_THIS, Comparison.BY_PREVIOUS)
    compared = {way: sum(way.shift(row) is not None for row in rows) for way in ways}
    best = max(ways, key=lambda way: compared[way])
    return best if compared[best] else Comparison.NONE


def methodologies_of(rated: Iterable[Rated]) -> tuple[str, str]:
    """Codes of the methodologies of the rows and, where last year's places had others, of those; else ''."""
    rows = list(rated)
    now = ", ".join(sorted({row.methodology_code for row in rows}))
    then = ", ".join(sorted({row.previous_methodology_code for row in rows if row.previous_methodology_code}))
    return now, "" if then == now else then


@dataclass(frozen=True)
class RuleCount:
    """How often one rule fired in the counting period, and in how many organisations."""

    form_code: str | None
    rule_id: str
    severity: str
    example: str
    findings: int
    organisations: int


@dataclass(frozen=True)
class MeasureExecution:
    """How a measure of the road map was carried out in a school year.

    `status` is `not_planned` where the mart has no row of it; then nothing was counted, and counts are None.
    """

    code: str
    name: str
    direction_no: int
    direction_title: str
    status: str
    reports_expected: int | None
    reports_accepted: int | None
    evidence_submissions: int | None
    events: int | None
    participants: int | None
    documents: int | None


@dataclass(frozen=True)
class Measure:
    """A measure of the region's road map."""

    code: str
    name: str
