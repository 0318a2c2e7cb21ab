"""What a release tells and withholds, as cells and the equations that hold between them.

A cell is a number of people behind a published figure, or a published score. An equation says what anybody
can add up: the parts of a total, the indicators behind a score. Whoever reads the release knows every shown
cell and every equation; how much that says of a withheld cell is asked in `publish.disclosure.attack`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# Fewer people than this are not told: one to four of those counted, or of those left out.
THRESHOLD = 5


class Key(NamedTuple):
    """Which cell: the table, its level and unit, and what is counted."""

    table: str
    unit_type: str
    unit: str
    item: str


@dataclass(frozen=True)
class Cell:
    """The true value behind a figure.

    `upper` is the most that it can be as everybody may know: the number of people of whom these are a part.
    A score counts nobody: `is_people` is false, and how closely it can be told does not matter by itself.
    """

    key: Key
    value: float
    upper: float = math.inf
    is_sensitive: bool = False
    is_people: bool = True

    @property
    def room(self) -> float:
        """How wide the interval must be that can be inferred once the cell is withheld.

        Wider than the threshold; where so few people are counted that it cannot be, everything from none to
        all of them.
        """
        return min(THRESHOLD + 0.5, self.upper) if self.is_people else 0.0


@dataclass(frozen=True)
class Equation:
    """The sum of coefficient times cell over the parts is `constant`.

    `figure` is the total or the score that the equation is about. While it is shown, its reader also knows
    between which `limits` some of the parts lie.
    """

    name: str
    parts: tuple[tuple[Key, float], ...]
    constant: float
    figure: Key
    limits: tuple[tuple[Key, float, float], ...] = ()


@dataclass(frozen=True)
class Statement:
    """One table, or several that hang together, as released: cells, equations, and what was withheld."""

    cells: Mapping[Key, Cell]
    equations: tuple[Equation, ...] = ()
    withheld: frozenset[Key] = field(default_factory=frozenset)

    def withholding(self, keys: Iterable[Key]) -> Statement:
        """The same with exactly these cells withheld."""
        return Statement(self.cells, self.equations, frozenset(keys))

    def as_json(self) -> dict[str, Any]:
        """What the ledger keeps of it. Infinity is null."""
        return {
            "cells": [
                [
                    *cell.key,
                    cell.value,
                    None if math.isinf(cell.upper) else cell.upper,
                    cell.is_sensitive,
                    cell.is_people,
                    cell.key in self.withheld,
                ]
                for cell in sorted(self.cells.values(), key=lambda cell: cell.key)
            ],
            "equations": [
                {
                    "name": equation.name,
                    "figure": list(equation.figure),
                    "constant": equation.constant,
                    "parts": [[*key, coefficient] for key, coefficient in equation.parts],
                    "limits": [
                        [*key, lower, None if math.isinf(upper) else upper]
                        for key, lower, upper in equation.limits
                    ],
                }
                for equation in self.equations
            ],
        }


def from_json(kept: Mapping[str, Any]) -> Statement:
    """A statement as the ledger keeps it."""
    cells: dict[Key, Cell] = {}
    withheld = set()
    for *names, value, upper, is_sensitive, is_people, is_withheld in kept["cells"]:
        key = Key(*names)
        cells[key] = Cell(key, value, math.inf if upper is None else upper, is_sensitive, is_people)
        if is_withheld:
            withheld.add(key)
    equations = tuple(
        Equation(
            entry["name"],
            tuple((Key(*names), coefficient) for *names, coefficient in entry["parts"]),
            entry["constant"],
            Key(*entry["figure"]),
            tuple(
                (Key(*names), lower, math.inf if upper is None else upper)
                for *names, lower, upper in entry["limits"]
            ),
        )
        for entry in kept["equations"]
    )
    return Statement(cells, equations, frozenset(withheld))


def is_small(count: float | None, of: float | None) -> bool:
    """Whether a share of people tells of too few of them: of all, of those counted, or of those left out."""
    if count is None or of is None:
        return False
    return of < THRESHOLD or 0 < count < THRESHOLD or 0 < of - count < THRESHOLD


BEFORE = "before:"


def together(present: Statement, previous: Statement | None) -> Statement:
    """What somebody knows who keeps the previous release beside the present one, as one statement.

    A cell whose true value has not changed is the same unknown in both: the reader is assumed to know which
    organisations have sent no correction. It counts as withheld only where both withhold it.
    """
    if previous is None:
        return present
    names = {key: _name_before(key, cell, present) for key, cell in previous.cells.items()}
    cells = dict(present.cells)
    withheld = set(present.withheld)
    for key, cell in previous.cells.items():
        name = names[key]
        if name != key:
            cells[name] = Cell(name, cell.value, cell.upper, cell.is_sensitive, cell.is_people)
            if key in previous.withheld:
                withheld.add(name)
        elif key not in previous.withheld:
            withheld.discard(key)
    earlier = (_renamed(equation, names) for equation in previous.equations)
    return Statement(cells, (*present.equations, *_unlike(earlier, present.equations)), frozenset(withheld))


def told_before(present: Statement, previous: Statement | None) -> set[Key]:
    """The cells that the previous release has told and that have not changed since."""
    if previous is None:
        return set()
    return {
        key
        for key, cell in previous.cells.items()
        if key not in previous.withheld and _name_before(key, cell, present) == key
    }


def _name_before(key: Key, cell: Cell, present: Statement) -> Key:
    now = present.cells.get(key)
    same = now is not None and math.isclose(now.value, cell.value, abs_tol=1e-9) and now.upper == cell.upper
    return key if same else key._replace(table=BEFORE + key.table)


def _renamed(equation: Equation, names: Mapping[Key, Key]) -> Equation:
    return Equation(
        equation.name,
        tuple((names[key], coefficient) for key, coefficient in equation.parts),
        equation.constant,
        names[equation.figure],
        tuple((names[key], lower, upper) for key, lower, upper in equation.limits),
    )


def _unlike(equations: Iterable[Equation], present: tuple[Equation, ...]) -> Iterator[Equation]:
    known = {(equation.figure, equation.parts, equation.constant) for equation in present}
    return (e for e in equations if (e.figure, e.parts, e.constant) not in known)
