"""From a figure to the rows that it is made of: what is added up, and which rows its key chooses."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ingest import periods
from publish.origins import fact_fields
from publish.origins.recipes import (
    GIVEN,
    MEETING,
    RATIO,
    RECOMMENDED,
    SUM,
    ComparedSource,
    Leaf,
    NotDescribedError,
    Recipe,
    recipe,
    reconciled,
)
from warehouse.settings import get_settings

ALL = "*"
DIFFERENCE = " − "
RECONCILIATION = "reconciliation"
# What the rows of a figure have in common goes without saying: its key says it.
_OF_ALL = ("region_code", "school_year", "period_code", "submission_id", "measure_code")


@dataclass(frozen=True)
class Among:
    """Rows whose column has one of the values; an empty value is an absent one. Without values: any."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """Rows of organisations of a municipality: as it is now, or as it was when the school year ended."""

    municipality: str
    at_year_end: bool


@dataclass(frozen=True)
class Territory:
    """Rows whose ОКТМО, as reported, lies in a municipality."""

    column: str
    municipality: str


@dataclass(frozen=True)
class Unless:
    """Rows that another mart has no row for, by measure and school year."""

    mart: str
    school_year: str


@dataclass(frozen=True)
class Meeting:
    """Rows of the region's indicators that meet a rule of the reference in a school year."""

    rule: str
    region: str
    school_year: str


@dataclass(frozen=True)
class Recommended:
    """Rows of the municipalities that the reference recommends to work on an indicator."""

    indicator_code: str
    region: str
    school_year: str


Condition = Among | Standing | Territory | Unless | Meeting | Recommended


@dataclass(frozen=True)
class Term:
    """Rows of a mart, or of a form's section as received, and what of each counts.

    `sums` count together: where one is absent, the row counts nothing. Without `sums` and `shows` rows are
    counted, or the different values of `distinct`. `is_cumulative` marks figures that grow through a
    calendar year: each report adds to the largest before it.
    """

    of: str
    leaf: Leaf
    sums: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    distinct: str | None = None
    shows: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    submission: str | None = None
    named_by: tuple[str, ...] = ()
    latest: bool = False
    is_cumulative: bool = False

    @property
    def is_sum(self) -> bool:
        """Whether the figure follows from the rows by adding or counting."""
        return not self.shows

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns whose cells the term is made of; of rows that are counted, what shows them."""
        return (*self.sums, *self.less, *self.shows) or self.named_by

    @property
    def text(self) -> str:
        """What is added up, in words."""
        chosen = [
            f"{condition.column} {', '.join(condition.values) or 'given'}"
            for condition in self.conditions
            if isinstance(condition, Among) and condition.column not in _OF_ALL
        ]
        return f"{self._added} of {self.of}{' with ' if chosen else ''}{' and '.join(chosen)}"

    @property
    def _added(self) -> str:
        if self.shows:
            return ", ".join(self.shows)
        if self.sums:
            taken = "".join(f" − {name}" for name in self.less)
            added = "added to the largest report before, " if self.is_cumulative else ""
            return f"sum of {added}{' + '.join(self.sums)}{taken}"
        counted = "rows" if self.distinct is None else f"different {self.distinct}"
        return f"number of {counted}"


@dataclass(frozen=True)
class Operand:
    """A sum of terms that a figure is computed from, of one school year."""

    column: str
    school_year: str | None
    recipe: Recipe
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Plan:
    """How a figure is computed: a value, a share of two in per cent, or the difference of two years' or of
    two sources' values. The operands stand in the order of writing.
    """

    kind: Literal["value", "share", "difference", "change_of_share"]
    operands: tuple[Operand, ...]

    @property
    def leaf(self) -> Leaf:
        """Where its tree ends."""
        return self.operands[0].recipe.leaf

    @property
    def why(self) -> str | None:
        """Why it ends elsewhere than in cells."""
        return self.operands[0].recipe.why


def plan(mart: str, column: str, key: Mapping[str, str]) -> Plan:
    """How a figure of a mart is computed from rows.

    Raises NotDescribedError for what nobody described, a key that names no rows, or a figure that is
    followed otherwise (an indicator, a rating).
    """
    name = mart.rpartition(".")[2]
    if name == RECONCILIATION:
        return _reconciliation(column, key)
    years: list[str | None] = [year for year in key.get("school_year", "").split(DIFFERENCE) if year]
    # What is taken away may be of another mart: «to_college / graduates − fct_intention.to_college / …».
    sides = [side.split(RATIO) for side in column.split(DIFFERENCE)]
    operands = []
    for year in years or [None]:
        chosen = key if year is None else {**key, "school_year": year}
        for part in (part for side in sides for part in side):
            other, _, own_column = part.rpartition(".")
            added = [recipe(other or name, one, chosen) for one in own_column.split(SUM)]
            if any(own.follow != "rows" for own in added):
                raise NotDescribedError(f"{name}.{column} is followed as {added[0].follow}")
            terms = tuple(term for own in added for term in _terms(other or name, own, chosen))
            operands.append(Operand(part, year, added[0], terms))
    shapes: dict[tuple[int, int], Literal["value", "share", "difference", "change_of_share"]] = {
        (1, 1): "value", (2, 1): "share", (1, 2): "difference", (2, 2): "change_of_share",
    }  # fmt: skip
    return Plan(shapes[len(sides[0]), (len(years) or 1) * len(sides)], tuple(operands))


def _terms(mart: str, own: Recipe, key: Mapping[str, str]) -> Iterator[Term]:
    if own.leaf == "none":
        return
    if own.volumes is not None:
        yield from _volumes(own, key)
        return
    is_fact = fact_fields.is_fact(own.of)
    conditions = tuple(_conditions(own, key))
    term = Term(
        of=own.of,
        leaf=own.leaf,
        sums=own.sums,
        less=own.less,
        distinct=None if own.count in (None, "rows") else own.count,
        shows=own.shows,
        conditions=conditions,
        latest=own.latest,
    )
    if is_fact:
        fact = fact_fields.fact(own.of)
        first = next((name for name in (*own.sums, *own.shows) if fact.fields_of(name)), fact.naming_column())
        term = replace(term, submission=fact.submission_column(first), named_by=_named_by(fact, conditions))
    yield term


def _named_by(fact: fact_fields.Fact, conditions: tuple[Condition, ...]) -> tuple[str, ...]:
    """Columns that show why a row is counted: those that it was chosen by, else the first with a field."""
    chosen = [
        condition.column
        for condition in conditions
        if isinstance(condition, Among)
        and condition.column in fact.columns
        and fact.columns[condition.column].fields
    ]
    naming = fact.naming_column()
    return tuple(chosen) or ((naming,) if naming else ())


def _conditions(own: Recipe, key: Mapping[str, str]) -> Iterator[Condition]:
    for name, value in key.items():
        if name in own.ignore or (own.forms_of_measure and name == "measure_code"):
            continue
        if name == "rule":
            yield from _by_rule(own, value, key)
        elif name == "municipality_code" and own.place is not None:
            yield Standing(value, at_year_end=own.place == "year_end")
        else:
            yield Among(own.key.get(name, name), (value,))
    for column, values in own.where.items():
        yield Among(column, () if values == (GIVEN,) else values)
    if own.forms_of_measure:
        yield Among("region_code", (region_of_measure(key["measure_code"]),))
        # A measure that no form serves is owed by nobody.
        yield Among("form_code", forms_of_measure(key["measure_code"]) or ("none",))
    if own.unless is not None:
        yield Unless(own.unless, key["school_year"])


def _by_rule(own: Recipe, rule: str, key: Mapping[str, str]) -> Iterator[Condition]:
    if rule not in own.rules:
        raise NotDescribedError(f"no recipe of {own.of} knows the rule {rule!r}")
    where = key.get("region_code", ""), key.get("school_year", "")
    for column, values in own.rules[rule].items():
        if values == (MEETING,):
            yield Meeting(rule, *where)
        elif values == (RECOMMENDED,):
            yield Recommended(key.get("indicator_code", ""), *where)
        else:
            yield Among(column, values)


@dataclass(frozen=True)
class VolumeLine:
    """A row of the seed measure_volumes: what of a fact counts for a measure."""

    measure_code: str
    volume: str
    mart: str
    column_name: str
    filter_column: str
    filter_value: str
    date_column: str
    submission_column: str
    is_cumulative: str


def volume_lines(measure_code: str, volume: str) -> list[VolumeLine]:
    """What counts for a measure: what the seed says of it, and of events that name their measure."""
    return [
        line
        for line in _seed_lines(get_settings().project_dir / "dbt_project" / "seeds" / "measure_volumes.csv")
        if line.volume == volume and line.measure_code in (ALL, measure_code)
    ]


@functools.cache
def _seed_lines(path: Path) -> tuple[VolumeLine, ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(VolumeLine(**row) for row in csv.DictReader(stream))


def forms_of_measure(measure_code: str) -> tuple[str, ...]:
    """The forms that serve a measure, by the seed measure_fields."""
    path = get_settings().project_dir / "dbt_project" / "seeds" / "measure_fields.csv"
    return tuple(sorted(_serving(path).get(measure_code, ())))


@functools.cache
def _serving(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["measure_code"], set()).add(row["form_code"])
    return found


def region_of_measure(measure_code: str) -> str:
    """The region whose road map has the measure. Raises NotDescribedError where none has."""
    path = get_settings().project_dir / "dbt_project" / "seeds" / "roadmap_measures.csv"
    found = _regions(path).get(measure_code)
    if found is None:
        raise NotDescribedError(f"no road map has the measure {measure_code}")
    return found


@functools.cache
def _regions(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["measure_code"]: row["region_code"] for row in csv.DictReader(stream)}


def _volumes(own: Recipe, key: Mapping[str, str]) -> Iterator[Term]:
    measure = key["measure_code"]
    region = Among("region_code", (region_of_measure(measure),))
    asked = [
        Among(name, (key[name],)) for name in ("school_year", "period_code", "submission_id") if name in key
    ]
    for line in volume_lines(measure, own.volumes or ""):
        fact = fact_fields.fact(line.mart)
        conditions: list[Condition] = [region]
        for condition in asked:
            # A report is named by the column that the seed says; its period is the report's own.
            is_report = condition.column == "submission_id"
            conditions.append(replace(condition, column=line.submission_column) if is_report else condition)
        if line.measure_code == ALL:
            conditions.append(Among("measure_code", (measure,)))
        if line.filter_column:
            conditions.append(Among(line.filter_column, (line.filter_value,)))
        yield Term(
            of=line.mart,
            leaf="cells",
            sums=(line.column_name,) if line.column_name else (),
            conditions=tuple(conditions),
            submission=line.submission_column,
            named_by=_named_by(fact, tuple(conditions)),
            is_cumulative=line.is_cumulative == "true",
        )


def _reconciliation(column: str, key: Mapping[str, str]) -> Plan:
    sides: dict[str, tuple[Literal["first", "second"], ...]] = {
        "first_value": ("first",),
        "second_value": ("second",),
        "difference": ("first", "second"),
        "verdict": ("first", "second"),
        "tolerance": ("first", "second"),
    }
    if column not in sides:
        raise NotDescribedError(f"{RECONCILIATION}.{column} is no figure of a source")
    sources = reconciled()[key["reconciliation_code"]]
    operands = tuple(
        Operand(f"{side}_value", None, sources[side].recipe, (_compared(sources[side], key),))
        for side in sides[column]
    )
    return Plan("value" if len(operands) == 1 else "difference", operands)


def _compared(source: ComparedSource, key: Mapping[str, str]) -> Term:
    own, period = source.recipe, key["period_code"]
    conditions: list[Condition] = (
        [Among("region_code", (key["region_code"],))] if "region_code" in key else []
    )
    match source.unit:
        case "municipality":
            conditions.append(Standing(key["unit_code"], at_year_end=True))
        case "territory":
            conditions.append(Territory(source.column or "", key["unit_code"]))
        case column:
            conditions.append(Among(column, (key["unit_code"],)))
    match source.period:
        case "quarter":
            months = [code for code in periods.covered(periods.parse_period(period)) if code != period]
            conditions.append(Among("period_code", tuple(months)))
        case "year_after":
            first = int(period[:4]) + 1
            conditions.append(Among("school_year", (f"{first:04d}-{first + 1:04d}",)))
        case column:
            conditions.append(Among(column, (period,)))
    if source.detail is not None:
        conditions.append(Among(source.detail, (source.spelled.replace(ALL, key["detail"]),)))
    conditions += [Among(name, values) for name, values in own.where.items()]
    submission = None
    if fact_fields.is_fact(own.of):
        submission = fact_fields.fact(own.of).submission_column(own.sums[0])
    return Term(
        of=own.of,
        leaf=own.leaf,
        sums=own.sums,
        conditions=tuple(conditions),
        submission=submission,
        latest=own.latest,
    )
