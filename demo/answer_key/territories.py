"""Indicators of employment centres: what they did, against the pupils of their municipality."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from demo.answer_key.reports import Reason, Reports, first, number, total
from demo.answer_key.unit_measures import Measured, pupils
from demo.organisations import Organisation

# What stands below the line: pupils from this grade up.
YOUNGEST = {"4.5": 8, "6.5": 8, "Z3": 9, "Z5": 6}
Place = tuple[str, str]  # municipality and school year


@dataclass
class Territories:
    """Pupils by municipality, and what centres did there, until all schools are counted."""

    contingents: dict[Place, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    centers: Counter[Place] = field(default_factory=Counter)
    waiting: list[Measured] = field(default_factory=list)

    def add_school(self, reports: Reports, org: Organisation, year: str) -> None:
        """Count the pupils of a school whose passport counts."""
        if reports.why_not(org, "S1", year) is None:
            place = self.contingents[org.oktmo, year]
            for youngest in sorted(set(YOUNGEST.values())):
                place[youngest] += pupils(reports, org, year, youngest)

    def add_center(self, reports: Reports, org: Organisation, year: str) -> Iterator[Measured]:
        """Indicators that the centre's reports decide by themselves; the others wait."""
        self.centers[org.oktmo, year] += 1
        for measured in _center_measures(reports, org, year):
            if measured.code in YOUNGEST:
                self.waiting.append(measured)
            else:
                yield measured

    def measured(self) -> Iterator[Measured]:
        """Indicators that waited; centres of one municipality share its pupils evenly."""
        for waited in self.waiting:
            place = (waited.org.oktmo, waited.school_year)
            reason = waited.reason
            if reason is None and place not in self.contingents:
                reason = "not_applicable"
            if reason is not None:
                yield Measured(waited.code, waited.org, waited.school_year, None, None, reason)
                continue
            pupils_there = self.contingents[place][YOUNGEST[waited.code]]
            share = Fraction(pupils_there, self.centers[place])
            yield Measured(waited.code, waited.org, waited.school_year, waited.numerator, share, None)


def _center_measures(reports: Reports, org: Organisation, year: str) -> Iterator[Measured]:
    def told(code: str, numerator: int, denominator: int | None, reason: Reason) -> Measured:
        if reason is not None:
            return Measured(code, org, year, None, None, reason)
        return Measured(code, org, year, numerator, denominator, None)

    events = [row for report in reports.all(org, "C3", year) for row in report.rows("events")]
    with_employer = sum(row["has_employer"] is True for row in events)
    yield told("3.6", with_employer, len(events), reports.why_not(org, "C3", year))

    december = f"{year[:4]}-12"
    work, reason = reports.of_period(org, "C2", december), reports.why_not_in(org, "C2", december)
    card = {} if work is None else work.card
    if work is not None:
        plan, fact = number(card, "employment_plan_year"), number(card, "employed_cumulative")
        minors = total([card], "employed_age_14_15", "employed_age_16_17")
        guided = number(card, "employed_with_trial_or_mentor")
    else:
        plan = fact = minors = guided = 0
    yield told("4.4", min(plan, fact), plan, reason)
    yield told("4.5", minors, None, reason)
    yield told("Z4", guided, fact, reason)

    month = reports.last(org, "C3", year)
    reached = (
        0
        if month is None
        else total((month.row("coverage", grade) for grade in ("9", "10", "11")), "unique_since_september")
    )
    yield told("Z3", reached, None, reports.why_not(org, "C3", year))
    routes = [row for report in reports.all(org, "C8", year) for row in report.rows("routes")]
    enterprises = {row["enterprise_inn"] for row in routes}
    yield told("Z5", len(enterprises), None, reports.why_not(org, "C8", year))
    survey = reports.last(org, "C5", year)
    grades = [] if survey is None else survey.rows("by_grade")
    surveyed, graduates = total(grades, "surveyed_of_territory"), total(grades, "graduates_of_territory")
    yield told("Z6", surveyed, graduates, reports.why_not(org, "C5", year))
    met = reports.last(org, "C6", year)
    parents = 0 if met is None else number(met.card, "parents_unique")
    yield told("6.5", parents, None, first(reports.why_not(org, "C6", year)))
