"""What public figures tell of each other: they count the same people, or the one a part of the other.

Totals and scores are in `publish.disclosure.sources`. Here is what else somebody can add up who knows the
forms: docs/adr/0013 has the list, and why the other figures are not in it.

What figures leave unsaid between them is a cell that no table tells (`Cell.is_public` is false): pupils of
grades 6-7 with a trial are those of 4.2 who are not those of 4.1. Where reports are missing from one figure
and not from the other, what they count is such a cell, too: nobody outside knows it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from psycopg import Connection

from publish.disclosure.model import THRESHOLD, Cell, Equation, Key, is_small

INDICATOR = "indicator"
EVENTS = "events"
STATE_SERVICE = "state_service"
BASE = "base"
BETWEEN = "between"

# Kind of event to the indicators of those who were at one at least: a participation is one of somebody.
REACHED = {"diagnostics": ["3.3"], "open_lesson": ["3.4"], "trial": ["4.1"], "contest": ["4.7"]}
TEENAGERS = "14-17"


@dataclass
class Relations:
    """Cells and equations that are added to those of the tables."""

    tables: Mapping[Key, Cell]
    bases: Mapping[Key, float | None]
    cells: dict[Key, Cell] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    def indicator(self, unit: tuple[str, str], code: str) -> Key | None:
        """The cell of an indicator, where there is one."""
        key = Key(INDICATOR, *unit, code)
        return key if key in self.tables else None

    def base(self, figure: Key) -> Key:
        """The denominator of a share, as a cell that is known whenever the share is shown."""
        key = figure._replace(table=BASE)
        value = self.bases[figure]
        if value is None:
            raise ValueError(f"{'/'.join(figure)} has no denominator")
        self.cells[key] = Cell(key, value, is_public=False, shown_with=figure)
        return key

    def between(
        self, unit: tuple[str, str], item: str, value: float, upper: float = math.inf, is_small: bool = False
    ) -> Key:
        """What no table tells: a number of people, or of participations, between two figures."""
        key = Key(BETWEEN, *unit, item)
        self.cells[key] = Cell(key, value, upper, is_small, is_public=False)
        return key

    def equal(self, name: str, unit: tuple[str, str], left: Iterable[Key], right: Iterable[Key]) -> None:
        """Say that the cells on the left are together those on the right, and by how much they differ.

        The difference is what the reader is taken to know: temporary work beyond the plan, say.
        """
        terms = [*((key, 1.0) for key in left), *((key, -1.0) for key in right)]
        self.weighted(name, unit, terms)

    def weighted(self, name: str, unit: tuple[str, str], terms: Iterable[tuple[Key, float]]) -> None:
        """Say what a weighted sum of cells comes to."""
        parts = tuple(terms)
        known = {**self.tables, **self.cells}
        rest = sum(coefficient * known[key].value for key, coefficient in parts)
        # A sum of whole numbers may come out as 1e-12 where it is none.
        self.equations.append(Equation(f"{name} {unit[1]}", parts, round(rest, 9), None))


@dataclass(frozen=True)
class Coverage:
    """Who is counted by 4.1, 4.2 and 4.3 in a municipality or region, as the organisations report it.

    `tried_seniors` and `tried` are of the schools that are counted in both 4.1 and 4.2, the `only_` ones of
    those that are counted in one; `juniors` are the pupils of grades 6-7 of the former.
    """

    tried_seniors: float
    tried: float
    juniors: float
    only_seniors: float
    seniors_of_those: float
    only_tried: float


def coverages(connection: Connection, region: str, school_year: str) -> dict[tuple[str, str], Coverage]:
    """Coverage of trials by municipality, and of the region."""
    rows = connection.execute(
        """
        with counted as (
            select
                active.municipality_code,
                active.ogrn,
                max(v.numerator) filter (where v.indicator_code = '4.1') as seniors,
                max(v.denominator) filter (where v.indicator_code = '4.1') as of_seniors,
                max(v.denominator) filter (where v.indicator_code = '4.2') as tried,
                max(v.denominator) filter (where v.indicator_code = '3.1') as pupils
            from intermediate.int_indicator__unit as v
            inner join intermediate.int_unit_year__active as active
                on active.ogrn = v.unit_code and active.school_year = v.school_year
            where v.region_code = %s and v.school_year = %s and v.indicator_code in ('3.1', '4.1', '4.2')
            group by active.municipality_code, active.ogrn
        )

        select
            municipality_code,
            coalesce(sum(seniors) filter (where tried is not null), 0),
            coalesce(sum(tried) filter (where seniors is not null), 0),
            coalesce(sum(pupils - of_seniors) filter (where seniors is not null and tried is not null), 0),
            coalesce(sum(seniors) filter (where tried is null), 0),
            coalesce(sum(of_seniors) filter (where tried is null), 0),
            coalesce(sum(tried) filter (where seniors is null), 0)
        from counted
        group by municipality_code
        order by municipality_code
        """,
        [region, school_year],
    ).fetchall()
    found = {("municipality", unit): Coverage(*map(float, counts)) for unit, *counts in rows}
    sums = (sum(column) for column in zip(*(counts for _, *counts in rows), strict=True))
    if rows:
        found["region", region] = Coverage(*map(float, sums))
    return found


def trials(relations: Relations, coverage: Mapping[tuple[str, str], Coverage]) -> None:
    """Pupils with a trial (4.2's denominator) are those of grades 8-11 (4.1) and of grades 6-7."""
    for unit, counted in coverage.items():
        seniors, per_pupil = relations.indicator(unit, "4.1"), relations.indicator(unit, "4.2")
        if per_pupil is None:
            continue
        base = relations.base(per_pupil)
        repeated = relations.tables[per_pupil].value - relations.cells[base].value
        if repeated >= 0:
            more = relations.between(unit, "trials after the first", repeated)
            relations.equal("trials", unit, [per_pupil], [base, more])
        if seniors is None:
            continue
        left, right = [seniors], [base]
        juniors = counted.tried - counted.tried_seniors
        if juniors < 0:
            continue
        if juniors > 0:
            small = is_small(juniors, counted.juniors)
            left.append(relations.between(unit, "grades 6-7 with a trial", juniors, counted.juniors, small))
        if counted.only_tried > 0:
            left.append(relations.between(unit, "with a trial, not in 4.1", counted.only_tried))
        if counted.seniors_of_those > 0:
            right.append(
                relations.between(
                    unit, "grades 8-11, not in 4.2", counted.only_seniors, counted.seniors_of_those
                )
            )
        relations.equal("with a trial", unit, left, right)


def inclusion(relations: Relations, units: Iterable[tuple[str, str]]) -> None:
    """Those of 4.3 are some of those of 4.1; the others are pupils without ОВЗ."""
    for unit in units:
        parity, seniors = relations.indicator(unit, "4.3"), relations.indicator(unit, "4.1")
        if parity is None or seniors is None:
            continue
        cell, everybody = relations.tables[parity], relations.tables[seniors]
        others, of = everybody.value - cell.people, everybody.denominator - cell.denominator
        if 0 < others <= of:
            rest = relations.between(unit, "without ОВЗ, with a trial", others, of, is_small(others, of))
            relations.weighted(
                "without ОВЗ", unit, [(seniors, 1.0), (parity, -1.0 / cell.per_person), (rest, -1.0)]
            )


def temporary_work(relations: Relations, units: Iterable[tuple[str, str]]) -> None:
    """4.4 and 4.5 count the same adolescents, and Z4 is of them."""
    for unit in units:
        planned, reached = relations.indicator(unit, "4.4"), relations.indicator(unit, "4.5")
        guided = relations.indicator(unit, "Z4")
        if planned and reached:
            relations.equal("temporary work", unit, [reached], [planned])
        same = reached or planned
        if guided and same:
            relations.equal("temporary work with a mentor", unit, [same], [relations.base(guided)])


def admissions(relations: Relations, units: Iterable[tuple[str, str]]) -> None:
    """Admitted (P5's denominator) are those of budget places (P1) and those who pay."""
    for unit in units:
        budget, admitted = relations.indicator(unit, "P1"), relations.indicator(unit, "P5")
        if budget is None or admitted is None:
            continue
        base = relations.base(admitted)
        paying = relations.cells[base].value - relations.tables[budget].value
        if paying >= 0:
            rest = relations.between(unit, "admitted to pay", paying, is_small=0 < paying < THRESHOLD)
            relations.equal("admitted", unit, [base], [budget, rest])


def participations(relations: Relations) -> None:
    """Participations of the quarters are those of 4.2, and at least as many as there were participants."""
    quarters: dict[tuple[str, str, str], list[Key]] = {}
    for key in relations.tables:
        if key.table == EVENTS:
            quarters.setdefault((key.unit_type, key.unit, key.item.split(" ", 1)[1]), []).append(key)
    for (unit_type, name, kind), keys in sorted(quarters.items()):
        unit = (unit_type, name)
        held = sum(relations.tables[key].value for key in keys)
        for code in REACHED.get(kind, []):
            reached = relations.indicator(unit, code)
            if reached is not None and held >= relations.tables[reached].value:
                again = relations.between(
                    unit, f"{kind} beside {code}", held - relations.tables[reached].value
                )
                relations.equal(f"reached by {kind}", unit, sorted(keys), [reached, again])
        per_pupil = relations.indicator(unit, "4.2") if kind == "trial" else None
        if per_pupil is not None:
            right = [per_pupil]
            elsewhere = held - relations.tables[per_pupil].value
            if elsewhere > 0:
                small = elsewhere < THRESHOLD
                right.append(relations.between(unit, "trials, not in 4.2", elsewhere, is_small=small))
            relations.equal("trials of the year", unit, sorted(keys), right)


def recipients(relations: Relations, region: str, before: Mapping[str, float]) -> None:
    """Recipients of the state service: what each month adds, those of other ages, and Z1 and Z2 of December.

    They are counted since January: `before` are the counts of the June before, as far as they are shown, to
    which July adds.
    """
    unit = ("region", region)
    months = sorted(
        key for key in relations.tables if key.table == STATE_SERVICE and TEENAGERS not in key.item
    )
    earlier: dict[str, Key] = {}
    for month in months:
        teenagers = teenagers_of(month)
        rest = relations.tables[month].value - relations.tables[teenagers].value
        others = relations.between(unit, f"{month.item} others", rest, is_small=0 < rest < THRESHOLD)
        relations.equal(f"{month.item} others", unit, [month], [teenagers, others])
        counts = {"all": month, TEENAGERS: teenagers, "others": others}
        if month.item.endswith("-01"):
            earlier, before = {}, {}
        known = {**relations.tables, **relations.cells}
        for name, key in counts.items():
            then = [earlier[name]] if name in earlier else []
            start = known[then[0]].value if then else before.get(name)
            if start is not None and known[key].value >= start:
                added = known[key].value - start
                more = relations.between(
                    unit, f"{month.item} adds {name}", added, is_small=0 < added < THRESHOLD
                )
                relations.equal(f"{month.item} {name}", unit, [key], [*then, more])
        earlier, before = counts, {}
    december = next((month for month in months if month.item.endswith("-12")), None)
    if december is None:
        return
    planned, share = relations.indicator(unit, "Z1"), relations.indicator(unit, "Z2")
    if planned is not None:
        relations.equal("recipients by plan", unit, [december], [planned])
    if share is not None:
        relations.equal("recipients of 14-17", unit, [teenagers_of(december)], [share])
        relations.equal("recipients", unit, [december], [relations.base(share)])


def teenagers_of(month: Key) -> Key:
    """The cell of the recipients aged 14-17 of a month: shown and withheld with all of them."""
    return month._replace(item=f"{month.item} {TEENAGERS}")
