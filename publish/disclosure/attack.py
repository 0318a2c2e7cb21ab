"""What can be inferred of withheld cells: the interval of each, by linear programming.

The reader is taken to know every shown count exactly (a share with a known number of people gives it away),
how many people each withheld count is a part of, and every equation. The interval of a cell is from the
least to the most that it can be under all of that. That cells are whole numbers is not used: docs/adr/0013
says why.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publish.disclosure.model import Equation, Key, Statement

TOLERANCE = 1e-6
DIRECTIONS = 12  # corners looked at before a cell is asked for by itself
SEED = 2025


class ContradictionError(ValueError):
    """The equations between withheld cells have no solution: they do not hold for what was read."""


@dataclass(frozen=True)
class Interval:
    """Between which numbers a withheld cell must lie."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        """How much is left unsaid."""
        return self.upper - self.lower


def intervals(statement: Statement, wanted: Iterable[Key] | None = None) -> dict[Key, Interval]:
    """The interval of every withheld cell, or of those wanted. Raises ContradictionError."""
    keys = statement.withheld if wanted is None else statement.withheld & set(wanted)
    found: dict[Key, Interval] = {}
    for knowledge in _pieces(statement):
        mine = [key for key in knowledge.keys if key in keys]
        if mine:
            found.update({key: knowledge.interval(key) for key in mine})
    return found


def exposed(statement: Statement, wanted: Iterable[Key] | None = None) -> list[Key]:
    """The withheld cells whose interval is narrower than it must be, in order."""
    asked = statement.withheld if wanted is None else statement.withheld & set(wanted)
    keys = {key for key in asked if statement.cells[key].room > 0}
    narrow = []
    for knowledge in _pieces(statement):
        mine = {key for key in knowledge.keys if key in keys}
        if not mine:
            continue
        seen = knowledge.corners(mine, statement)
        for key in sorted(mine - seen):
            if knowledge.interval(key).width < statement.cells[key].room - TOLERANCE:
                narrow.append(key)
    return sorted(narrow)


class _Knowledge:
    """The unknowns that hang together, their bounds and the equations between them."""

    def __init__(
        self,
        keys: Sequence[Key],
        bounds: Mapping[Key, tuple[float, float]],
        rows: Sequence[tuple[Mapping[Key, float], float]],
    ) -> None:
        self.keys = list(keys)
        self.position = {key: number for number, key in enumerate(self.keys)}
        self.bounds = [bounds[key] for key in self.keys]
        self.rows = rows
        self.sides = [side for _, side in rows]

    @functools.cached_property
    def matrix(self) -> Any:
        """The coefficients of the equations; None where there is at most one. Most pieces are never asked."""
        from scipy.sparse import csr_array

        if len(self.rows) < 2:
            return None
        entries = [
            (number, self.position[key], coefficient)
            for number, (parts, _) in enumerate(self.rows)
            for key, coefficient in parts.items()
        ]
        lines, columns, values = zip(*entries, strict=True)
        return csr_array((values, (lines, columns)), shape=(len(self.rows), len(self.keys)))

    def extreme(self, objective: Any, bounds: Any = None) -> Any:
        """The corner where the objective is least, or None where it has no end."""
        from scipy.optimize import linprog

        done = linprog(
            objective,
            A_eq=self.matrix,
            b_eq=self.sides if self.matrix is not None else None,
            bounds=self.bounds if bounds is None else bounds,
            method="highs",
        )
        if done.status == 3:
            return None
        if done.status != 0:
            raise ContradictionError(f"the equations between withheld cells have no solution: {done.message}")
        return done.x

    def interval(self, key: Key) -> Interval:
        import numpy

        number = self.position[key]
        if len(self.rows) < 2:
            return self._by_hand(key)
        ends = []
        for sign in (1.0, -1.0):
            objective = numpy.zeros(len(self.keys))
            objective[number] = sign
            corner = self.extreme(objective)
            ends.append(-sign * math.inf if corner is None else float(corner[number]))
        return Interval(*ends)

    def _by_hand(self, key: Key) -> Interval:
        """One equation needs no solver: what the other parts can sum to leaves the rest."""
        lower, upper = self.bounds[self.position[key]]
        for parts, side in self.rows:
            others = [
                sorted((c * self.bounds[self.position[k]][0], c * self.bounds[self.position[k]][1]))
                for k, c in parts.items()
                if k != key
            ]
            ends = sorted((side - sum(pair[end] for pair in others)) / parts[key] for end in (0, 1))
            lower, upper = max(lower, ends[0]), min(upper, ends[1])
        return Interval(lower, upper)

    def corners(self, wanted: set[Key], statement: Statement) -> set[Key]:
        """Cells that a few corners of what is possible already show to be wide enough."""
        import numpy

        if self.matrix is None or len(wanted) < DIRECTIONS:
            return set()
        generator = numpy.random.default_rng(SEED)
        lowest = numpy.full(len(self.keys), math.inf)
        highest = -lowest
        # Where a cell has no end, a far one is as good: what is possible before it is possible.
        ends = [abs(end) for pair in self.bounds for end in pair if math.isfinite(end)]
        far = 1e3 * max(*ends, *(abs(cell.value) for cell in statement.cells.values()), 1.0)
        near = [(max(lower, -far), min(upper, far)) for lower, upper in self.bounds]
        for _ in range(DIRECTIONS):
            corner = self.extreme(generator.uniform(-1, 1, len(self.keys)), near)
            lowest = numpy.minimum(lowest, corner)
            highest = numpy.maximum(highest, corner)
        return {
            key
            for key in wanted
            if highest[self.position[key]] - lowest[self.position[key]]
            >= statement.cells[key].room + TOLERANCE
        }


def _pieces(statement: Statement) -> list[_Knowledge]:
    """The unknowns, divided where no equation holds them together."""
    bounds = _bounds(statement)
    rows = []
    leader = {key: key for key in bounds}

    def find(key: Key) -> Key:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for equation in statement.equations:
        parts, side = unknown_side(statement, equation)
        if parts:
            rows.append((parts, side))
            first, *rest = parts
            for key in rest:
                leader[find(key)] = find(first)
    members: dict[Key, list[Key]] = {}
    for key in sorted(bounds):
        members.setdefault(find(key), []).append(key)
    rows_of: dict[Key, list[tuple[Mapping[Key, float], float]]] = {}
    for parts, side in rows:
        rows_of.setdefault(find(next(iter(parts))), []).append((parts, side))
    return [_Knowledge(keys, bounds, rows_of.get(root, [])) for root, keys in members.items()]


def unknown_side(statement: Statement, equation: Equation) -> tuple[dict[Key, float], float]:
    """The withheld parts of an equation, and what they sum to as its shown parts say."""
    parts: dict[Key, float] = {}
    side = equation.constant
    for key, coefficient in equation.parts:
        if key in statement.withheld:
            parts[key] = parts.get(key, 0.0) + coefficient
        else:
            side -= coefficient * statement.cells[key].value
    return parts, side


def _bounds(statement: Statement) -> dict[Key, tuple[float, float]]:
    bounds = {key: (statement.cells[key].lower, statement.cells[key].upper) for key in statement.withheld}
    bounds |= places(statement)
    for equation in statement.equations:
        if equation.figure in statement.withheld:
            continue
        for key, lower, upper in equation.limits:
            if key in bounds:
                least, most = bounds[key]
                bounds[key] = (max(least, lower), min(most, upper))
    return bounds


def places(statement: Statement) -> dict[Key, tuple[float, float]]:
    """Between which shown scores each withheld one lies: the places that are shown leave it this gap."""
    lists: dict[tuple[str, str, str], list[Key]] = {}
    for key, cell in statement.cells.items():
        if not cell.is_people:
            lists.setdefault((key.table, key.unit_type, key.item), []).append(key)
    found = {}
    for keys in lists.values():
        ranked = sorted(keys, key=lambda key: (statement.cells[key].value, key))
        below = -math.inf
        for number, key in enumerate(ranked):
            if key not in statement.withheld:
                below = statement.cells[key].value
                continue
            above = next(
                (statement.cells[k].value for k in ranked[number + 1 :] if k not in statement.withheld),
                math.inf,
            )
            found[key] = (max(below, statement.cells[key].lower), min(above, statement.cells[key].upper))
    return found
