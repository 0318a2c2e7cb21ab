"""The cells and equations of one region and school year, read from the complete marts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from publish.disclosure import relations as between
from publish.disclosure.model import THRESHOLD, Cell, Equation, Key, Statement, is_small
from publish.disclosure.relations import EVENTS, INDICATOR, STATE_SERVICE, TEENAGERS, teenagers_of

RATING = "rating"
PARITY = "4.3"
SENIOR_GRADES = (8, 11)

SCORE = "score"
SHARES = frozenset({"%", "доля"})


@dataclass(frozen=True)
class Drawn:
    """A statement, and for each cell of a table what else the decision rests on (a share's denominator)."""

    statement: Statement
    bases: dict[Key, float | None]


@dataclass(frozen=True)
class Goalposts:
    """How a methodology turns the value of an indicator into points."""

    low: float
    high: float
    is_inverse: bool
    is_linear: bool


def scopes(connection: Connection) -> list[tuple[str, str]]:
    """The regions and school years of which public marts tell, in order."""
    rows = connection.execute(
        "select distinct region_code, school_year from marts.fct_indicator_value order by 1, 2"
    ).fetchall()
    return [(region, year) for region, year in rows]


def draw(connection: Connection, region: str, school_year: str) -> Drawn:
    """Everything public about people in a region and school year."""
    scope = _Scope(connection, region, school_year)
    shares = _indicators(scope)
    equations = [*_totals(scope.cells), *_scores(scope, shares)]
    _events(scope)
    before = _state_service(scope)
    told = _related(scope, before)
    cells = {**scope.cells, **told.cells}
    never = frozenset(key for key, cell in told.cells.items() if cell.shown_with is None)
    return Drawn(Statement(cells, (*equations, *told.equations), never), scope.bases)


def _related(scope: _Scope, before: dict[str, float]) -> between.Relations:
    """What the figures tell of each other beside totals and scores."""
    told = between.Relations(scope.cells, scope.bases)
    units = sorted({(key.unit_type, key.unit) for key in scope.cells if key.table == INDICATOR})
    between.trials(told, between.coverages(scope.connection, scope.region, scope.school_year))
    between.inclusion(told, units)
    between.temporary_work(told, units)
    between.admissions(told, units)
    between.participations(told)
    between.recipients(told, scope.region, before)
    return told


@dataclass
class _Scope:
    """What is read from, and what has been read so far."""

    connection: Connection
    region: str
    school_year: str
    cells: dict[Key, Cell] = field(default_factory=dict)
    bases: dict[Key, float | None] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [self.region, self.school_year]


def _indicators(scope: _Scope) -> dict[Key, tuple[float, float]]:
    """Add the people counted by indicators; return numerator and denominator of each."""
    rows = scope.connection.execute(
        """
        select v.unit_type, v.unit_code, v.indicator_code, v.numerator, v.denominator, i.unit
        from marts.fct_indicator_value as v
        inner join marts.dim_indicator as i on i.indicator_code = v.indicator_code
        where v.region_code = %s and v.school_year = %s and v.unit_type in ('municipality', 'region')
            and i.denominator_counts_people and v.numerator is not null and v.denominator is not null
        order by 1, 2, 3
        """,
        scope.names,
    ).fetchall()
    shares: dict[Key, tuple[float, float]] = {}
    tried = _tried_with_ovz(scope)
    for unit_type, unit, code, numerator, denominator, measured_in in rows:
        key = Key(INDICATOR, unit_type, unit, code)
        count, of = float(numerator), float(denominator)
        people = tried.get((unit_type, unit), 0.0) if code == PARITY else count
        upper = of if measured_in in SHARES and count <= of else math.inf
        scope.cells[key] = Cell(
            key,
            count,
            upper,
            is_small(people, of),
            of=of if math.isinf(upper) else None,
            per_person=_per_person(count, people, shares.get(key._replace(item="4.1")))
            if code == PARITY
            else 1.0,
        )
        scope.bases[key] = of
        shares[key] = (count, of)
    return shares


def _per_person(parity: float, people: float, coverage: tuple[float, float] | None) -> float:
    """By how much the numerator of 4.3 grows with one pupil more.

    It is a comparison and counts nobody: those behind it are the pupils with ОВЗ who tried something. Where
    nobody of them did, the coverage of all pupils says what one would make.
    """
    if parity and people:
        return parity / people
    tried, of = coverage or (0.0, 0.0)
    return of / tried if tried else 1.0


def _tried_with_ovz(scope: _Scope) -> dict[tuple[str, str], float]:
    """Pupils with ОВЗ who had a trial, of the schools that 4.3 counts: by municipality, and of the region."""
    rows = scope.connection.execute(
        """
        select active.municipality_code, sum(inclusion.trial_ovz)
        from intermediate.int_indicator__unit as v
        inner join intermediate.int_unit_year__active as active
            on active.ogrn = v.unit_code and active.school_year = v.school_year
        inner join marts.fct_inclusion as inclusion
            on inclusion.ogrn = v.unit_code and inclusion.school_year = v.school_year
        where v.region_code = %s and v.school_year = %s and v.indicator_code = %s and v.numerator is not null
            and inclusion.grade between %s and %s
        group by active.municipality_code
        order by active.municipality_code
        """,
        [*scope.names, PARITY, *SENIOR_GRADES],
    ).fetchall()
    found = {("municipality", unit): float(count) for unit, count in rows}
    found["region", scope.region] = sum(found.values())
    return found


def _totals(cells: dict[Key, Cell]) -> list[Equation]:
    """The region counts whom its municipalities count."""
    parts: dict[str, list[Key]] = {}
    totals: dict[str, Key] = {}
    for key in cells:
        if key.unit_type == "region":
            totals[key.item] = key
        else:
            parts.setdefault(key.item, []).append(key)
    equations = []
    for item in sorted(parts):
        total = totals.get(item)
        if total is not None:
            rest = sum(cells[key].value for key in parts[item]) - cells[total].value
            terms = tuple((key, 1.0) for key in sorted(parts[item]))
            equations.append(Equation(f"total {item}", (*terms, (total, -1.0)), rest, total))
    return equations


def _scores(scope: _Scope, shares: dict[Key, tuple[float, float]]) -> list[Equation]:
    """Add the scores of municipalities; say how each follows from its indicators."""
    scores = scope.connection.execute(
        "select municipality_code, score, methodology_code from marts.rating_municipality"
        " where region_code = %s and school_year = %s and score is not null order by 1",
        scope.names,
    ).fetchall()
    contributions: dict[str, list[tuple[str, float, bool]]] = {}
    for unit, code, weight, has_points in scope.connection.execute(
        "select unit_code, indicator_code, weight, contribution is not null from marts.rating_contribution"
        " where region_code = %s and school_year = %s and unit_type = 'municipality' and weight > 0"
        " order by 1, 2",
        scope.names,
    ).fetchall():
        contributions.setdefault(unit, []).append((code, float(weight), has_points))
    scales = _scales(scope.connection)
    goalposts = _goalposts(scope.connection)
    equations = []
    for unit, score, methodology in scores:
        figure = Key(RATING, "municipality", unit, SCORE)
        terms: list[tuple[Key, float]] = []
        limits: list[tuple[Key, float, float]] = []
        is_linear = True
        for code, weight, has_points in contributions.get(unit, []):
            key = Key(INDICATOR, "municipality", unit, code)
            if key not in shares:
                continue
            posts = goalposts[methodology, code]
            is_linear = is_linear and has_points and posts.is_linear
            term, limit = points_per_person(shares[key], weight, scales[code], posts)
            if term is not None:
                terms.append((key, term))
            if limit is not None:
                limits.append((key, *limit))
        value = float(score)
        # What does not add up cannot be watched: such a score is not told at all.
        scope.cells[figure] = Cell(figure, value, 100.0, is_sensitive=not is_linear, is_people=False)
        scope.bases[figure] = None
        rest = sum(points * shares[key][0] for key, points in terms) - value
        equations.append(Equation(f"score {unit}", (*terms, (figure, -1.0)), rest, figure, tuple(limits)))
    return equations


def points_per_person(
    share: tuple[float, float], weight: float, scale: float, posts: Goalposts
) -> tuple[float | None, tuple[float, float] | None]:
    """Points of the score for one more person; or, beyond a goalpost, between which counts nothing changes.

    `scale` is what a share of one is written as: 100 for per cent.
    """
    count, of = share
    value = scale * count / of
    if value < posts.low:
        return None, (0.0, posts.low * of / scale)
    if value > posts.high:
        return None, (posts.high * of / scale, math.inf)
    points = weight * 100 * scale / (posts.high - posts.low) / of
    return (-points if posts.is_inverse else points), None


def _scales(connection: Connection) -> dict[str, float]:
    rows = connection.execute("select indicator_code, value_scale from marts.dim_indicator").fetchall()
    return {code: float(scale) for code, scale in rows}


def _goalposts(connection: Connection) -> dict[tuple[str, str], Goalposts]:
    rows = connection.execute(
        "select methodology_code, indicator_code, goalpost_low, least(goalpost_high, value_cap), is_inverse,"
        " normalisation = 'goalposts' and transform = 'none' from reference.methodology_indicators"
        " where unit_type = 'municipality'"
    ).fetchall()
    return {
        (methodology, code): Goalposts(
            0.0 if low is None else float(low), 100.0 if high is None else float(high), is_inverse, is_linear
        )
        for methodology, code, low, high, is_inverse, is_linear in rows
    }


def _events(scope: _Scope) -> None:
    """Add the participations in events."""
    for period, unit, kind, participations in scope.connection.execute(
        "select period_code, municipality_code, activity_kind, participations"
        " from intermediate.int_event__by_municipality"
        " where region_code = %s and school_year = %s order by 1, 2, 3",
        scope.names,
    ).fetchall():
        key = Key(EVENTS, "municipality", unit, f"{period} {kind}")
        scope.cells[key] = Cell(key, float(participations), is_sensitive=0 < participations < THRESHOLD)
        scope.bases[key] = None


def _state_service(scope: _Scope) -> dict[str, float]:
    """Add the recipients of the state service by month; what they tell of themselves is withheld here.

    Returns what the month before the school year tells of its calendar year, as far as it is shown.
    """
    rows = scope.connection.execute(
        "select period_code, service_fact_cumulative, service_age_14_17, school_year"
        " from intermediate.int_state_service__by_region"
        " where region_code = %s and school_year <= %s order by 1",
        scope.names,
    ).fetchall()
    # They are counted since January: July adds to June, which is of the school year before.
    withheld = months_withheld([(period, int(fact), int(teenagers)) for period, fact, teenagers, _ in rows])
    before: dict[str, float] = {}
    year = scope.school_year[:4]
    for period, fact, teenagers, school_year in rows:
        if school_year != scope.school_year:
            if period.startswith(year) and period not in withheld:
                before = {"all": fact, TEENAGERS: teenagers, "others": fact - teenagers}
            continue
        key = Key(STATE_SERVICE, "region", scope.region, period)
        scope.cells[key] = Cell(key, float(fact), is_sensitive=period in withheld)
        scope.bases[key] = float(teenagers)
        # Both stand in one row, and are shown or withheld together.
        aged = teenagers_of(key)
        scope.cells[aged] = Cell(aged, float(teenagers), is_sensitive=period in withheld, shown_with=key)
    return before


def months_withheld(months: Sequence[tuple[str, int, int]]) -> set[str]:
    """The months whose recipients are withheld; given: (period, since January, of them aged 14-17), in order.

    A month is withheld when it, or what it adds to the month before, tells of one to four people: of all
    recipients, of those aged 14-17, or of the others. Then the next months are, until the shown months around
    differ by more than the threshold in each of the three, so that the gap tells nothing.
    """
    withheld: set[str] = set()
    shown: tuple[int, int, int] | None = None
    year = ""
    is_gap = False
    for period, fact, teenagers in months:
        counts = (fact, teenagers, fact - teenagers)
        if period[:4] != year:
            year, shown, is_gap = period[:4], (0, 0, 0), False
        added = tuple(now - then for now, then in zip(counts, shown or (0, 0, 0), strict=True))
        is_told = any(0 < count < THRESHOLD for count in (*counts, *added))
        is_narrow = is_gap and any(0 <= count <= THRESHOLD for count in added)
        if is_told or is_narrow:
            withheld.add(period)
            is_gap = True
        else:
            shown, is_gap = counts, False
    return withheld


def as_rows(drawn: Drawn, region: str, school_year: str) -> list[tuple[Any, ...]]:
    """One row per cell for `ledger.disclosure_cell`."""
    statement = drawn.statement
    return [
        (*key, region, school_year, cell.value, drawn.bases[key], key not in statement.withheld)
        for key, cell in sorted(statement.cells.items())
        if key in drawn.bases
    ]
