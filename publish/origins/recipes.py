"""The description of what figures are made of, as it is written: recipes by mart and column."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from publish.origins import fact_fields
from warehouse.yaml_files import read_yaml

SOURCES_FILE = Path(__file__).with_name("figure_sources.yaml")
EACH = "*"
RATIO, SUM = " / ", " + "
COUNT_ROWS = "rows"
GIVEN = "given"
MEETING = "meeting"
RECOMMENDED = "recommended"

Leaf = Literal["cells", "reports", "obligations", "findings", "rows", "registry", "none"]
Follow = Literal["rows", "indicator", "rating"]
Place = Literal["now", "year_end"]


class NotDescribedError(LookupError):
    """No recipe says what a figure is made of; the message names its mart and column."""


@dataclass(frozen=True)
class Recipe:
    """How a column follows from rows; the meaning of each part stands in figure_sources.yaml.

    `why` says why the tree ends elsewhere than in cells.
    """

    of: str
    sums: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    count: str | None = None
    shows: tuple[str, ...] = ()
    volumes: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    place: Place | None = None
    latest: bool = False
    forms_of_measure: bool = False
    unless: str | None = None
    fixed: bool = False
    leaf: Leaf = "cells"
    follow: Follow = "rows"
    why: str | None = None


@dataclass(frozen=True)
class ComparedSource:
    """One source of a reconciliation: a recipe, and where its rows hold the parts of the key."""

    recipe: Recipe
    unit: str
    period: str
    detail: str | None = None
    spelled: str = EACH
    column: str | None = None


def first_part(column: str) -> str:
    """The first of the columns that a share or a sum of columns is written with."""
    return column.split(RATIO, maxsplit=1)[0].split(SUM, maxsplit=1)[0]


def recipe(mart: str, column: str, key: Mapping[str, str] | None = None) -> Recipe:
    """The recipe of a column of a mart, with or without its schema. Raises NotDescribedError."""
    name = mart.rpartition(".")[2]
    described = _content()["marts"].get(name, {})
    columns: dict[str, Any] = described.get("columns", {})
    shared = {part: value for part, value in described.items() if part != "columns"}
    own = next(
        (columns[variant] for variant in _variants(column, key or {}) if variant in columns),
        None,
    )
    if own is None and fact_fields.is_fact(name) and column in fact_fields.fact(name).columns:
        return _of_fact(name, column)
    if own is None and EACH in columns:
        own = columns[EACH]
    if own is None and not ({"follow", "leaf"} <= shared.keys() or "follow" in shared or "why" in shared):
        raise NotDescribedError(
            f"{SOURCES_FILE.name} does not say what {name}.{column} is made of, and it is no field of a fact"
        )
    return _recipe({"of": name, **shared, **(own or {})}, column)


def _variants(column: str, key: Mapping[str, str]) -> Iterator[str]:
    """A column may have a recipe of its own for one value of the key: count(status)=not_planned."""
    counted = column.removeprefix("count(").removesuffix(")")
    if counted in key:
        yield f"{column}={key[counted]}"
    yield column


def _of_fact(mart: str, column: str) -> Recipe:
    held = fact_fields.fact(mart).columns[column]
    if not held.fields:
        return Recipe(mart, shows=(column,), leaf="reports", why="it names the row, or follows from others")
    # Documents add up by the municipality that an organisation stands in now.
    if held.data_type in ("text", "date"):
        return Recipe(mart, shows=(column,), place="now")
    return Recipe(mart, sums=(column,), place="now")


def described_marts() -> frozenset[str]:
    """The marts that the file speaks of, and the facts, which speak for themselves."""
    return frozenset(_content()["marts"]) | {"reconciliation"} | {fact.name for fact in fact_fields.facts()}


def described_columns() -> Iterator[tuple[str, str]]:
    """Every column of a mart that the file has a recipe of."""
    for mart, described in _content()["marts"].items():
        for column in described.get("columns", {}):
            if column != EACH:
                yield mart, column


def reconciled() -> dict[str, dict[Literal["first", "second"], ComparedSource]]:
    """Both sources of every comparison, by its code."""
    return {
        code: {"first": _compared(sources["first"]), "second": _compared(sources["second"])}
        for code, sources in _content()["reconciliations"].items()
    }


def _compared(written: Mapping[str, Any]) -> ComparedSource:
    own = {
        name: written[name] for name in ("unit", "period", "detail", "spelled", "column") if name in written
    }
    return ComparedSource(_recipe({k: v for k, v in written.items() if k not in own}, ""), **own)


@functools.cache
def _content() -> dict[str, Any]:
    return cast(dict[str, Any], read_yaml(SOURCES_FILE))


def _recipe(written: Mapping[str, Any], column: str) -> Recipe:
    why = written.get("why")
    return Recipe(
        of=written["of"],
        sums=_names(written.get("sum"), column),
        less=_names(written.get("less"), column),
        count=written.get("count"),
        shows=_names(written.get("show"), column),
        volumes=written.get("volumes"),
        where=_conditions(written.get("where", {})),
        key=written.get("key", {}),
        ignore=tuple(written.get("ignore", ())),
        rules={rule: _conditions(asked) for rule, asked in written.get("rules", {}).items()},
        place=written.get("place"),
        latest=written.get("latest", False),
        forms_of_measure=written.get("forms_of_measure", False),
        unless=written.get("unless"),
        fixed=written.get("fixed", False),
        leaf=written.get("leaf", "cells"),
        follow=written.get("follow", "rows"),
        why=None if why is None else _content()["why"][why],
    )


def _names(written: str | list[str] | None, column: str) -> tuple[str, ...]:
    if written is None:
        return ()
    names = [written] if isinstance(written, str) else written
    return tuple(column if name == EACH else name for name in names)


def _conditions(written: Mapping[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in written.items()}
