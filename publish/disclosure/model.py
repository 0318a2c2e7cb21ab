"""What a release tells and withholds, as cells and the equations that hold between them.

A cell is a number of people behind a published figure, or a published score. An equation says what anybody
can add up: the parts of a total, the indicators behind a score. Whoever reads the release knows every shown
cell and every equation; how much that says of a withheld cell is asked in `publish.disclosure.attack`.

Some cells are no figure of a table, but what figures tell when they are put together: who is in one and not
in the other, what a month adds, what has changed since the release before. Nobody publishes them; they are
never shown, and where they are small they are protected as any other.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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

    `upper` is the most that it can be as everybody may know: the number of people of whom these are a part;
    `lower` is the least. A score counts nobody: `is_people` is false, and how closely it can be told does not
    matter by itself. `of` is the denominator where it is no limit (participations per participant).
    `per_person` is by how much the figure grows with one person more, where that is not one.

    A cell that is not `is_public` stands in no table. With `shown_with` it is known whenever that other cell
    is shown (the denominator of a share), else it is never told. `attainable` is how wide the interval is
    with everything withheld, where earlier releases leave less than the cell needs.
    """

    key: Key
    value: float
    upper: float = math.inf
    is_sensitive: bool = False
    is_people: bool = True
    lower: float = 0.0
    of: float | None = None
    per_person: float = 1.0
    is_public: bool = True
    shown_with: Key | None = None
    attainable: float = math.inf

    @property
    def room(self) -> float:
        """How wide the interval must be that can be inferred once the cell is withheld.

        Wider than the threshold; where so few people are counted that it cannot be, everything from none to
        all of them. What no table tells, and is not small, may be told.
        """
        if not self.is_people or not (self.is_public or self.is_sensitive):
            return 0.0
        enough = (THRESHOLD + 0.5) * max(self.per_person, 1.0)
        return max(0.0, min(enough, self.upper - self.lower, self.attainable))

    @property
    def denominator(self) -> float:
        """Of how many people these are counted; infinite where nobody says."""
        return self.upper if self.of is None else self.of

    @property
    def people(self) -> float:
        """How many people stand behind the figure."""
        return self.value / self.per_person


@dataclass(frozen=True)
class Equation:
    """The sum of coefficient times cell over the parts is `constant`.

    `figure` is the total or the score that the equation is about, if it is about one. While it is shown, its
    reader also knows between which `limits` some of the parts lie.
    """

    name: str
    parts: tuple[tuple[Key, float], ...]
    constant: float
    figure: Key | None
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

    def with_followers(self, keys: Iterable[Key]) -> set[Key]:
        """These cells and those that are shown with one of them."""
        chosen = set(keys)
        return chosen | {follower for key in chosen for follower in self.followers.get(key, ())}

    @functools.cached_property
    def followers(self) -> dict[Key, list[Key]]:
        """Of each cell those that are shown with it."""
        found: dict[Key, list[Key]] = {}
        for key, cell in self.cells.items():
            if cell.shown_with is not None:
                found.setdefault(cell.shown_with, []).append(key)
        return found

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
                    *_seldom(cell),
                ]
                for cell in sorted(self.cells.values(), key=lambda cell: cell.key)
            ],
            "equations": [
                {
                    "name": equation.name,
                    "figure": None if equation.figure is None else list(equation.figure),
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


def _seldom(cell: Cell) -> list[dict[str, Any]]:
    """What is said of a cell beside what is said of each, if there is anything."""
    said: dict[str, Any] = {}
    if cell.lower != 0.0:
        said["lower"] = None if math.isinf(cell.lower) else cell.lower
    if cell.of is not None:
        said["of"] = cell.of
    if cell.per_person != 1.0:
        said["per_person"] = cell.per_person
    if not cell.is_public:
        said["is_public"] = False
    if cell.shown_with is not None:
        said["shown_with"] = list(cell.shown_with)
    return [said] if said else []


def from_json(kept: Mapping[str, Any]) -> Statement:
    """A statement as the ledger keeps it."""
    cells: dict[Key, Cell] = {}
    withheld = set()
    for entry in kept["cells"]:
        value, upper, is_sensitive, is_people, is_withheld = entry[4:9]
        said = dict(entry[9]) if len(entry) > 9 else {}
        if "lower" in said and said["lower"] is None:
            said["lower"] = -math.inf
        if "shown_with" in said:
            said["shown_with"] = Key(*said["shown_with"])
        key = Key(*entry[:4])
        cells[key] = Cell(key, value, math.inf if upper is None else upper, is_sensitive, is_people, **said)
        if is_withheld:
            withheld.add(key)
    equations = tuple(
        Equation(
            entry["name"],
            tuple((Key(*names), coefficient) for *names, coefficient in entry["parts"]),
            entry["constant"],
            None if entry["figure"] is None else Key(*entry["figure"]),
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


def is_small_change(now: Cell, then: Cell) -> bool:
    """Whether what two releases differ in tells of too few people.

    The difference is a figure about those of whom the second release tells anew, or otherwise: how many were
    counted, how many left out, and of how many.
    """
    counted = now.people - then.people
    differences = [counted]
    if math.isfinite(now.denominator) and math.isfinite(then.denominator):
        of = now.denominator - then.denominator
        differences.append(of)
        if math.isfinite(now.upper) and math.isfinite(then.upper):
            differences.append(of - counted)
    return any(TOLERANCE < abs(difference) < THRESHOLD for difference in differences)


TOLERANCE = 1e-9
BEFORE = "before:"
CHANGE = "change:"


def together(present: Statement, previous: Statement | None) -> Statement:
    """What somebody knows who keeps the previous release beside the present one, as one statement.

    A cell whose true value has not changed is the same unknown in both: the reader is assumed to know which
    organisations have sent no correction. It counts as withheld only where both withhold it. What a cell has
    changed by is a cell of its own, which no table tells.
    """
    if previous is None:
        return present
    names = {key: _name_before(key, cell, present) for key, cell in previous.cells.items()}
    cells = dict(present.cells)
    withheld = set(present.withheld)
    changes = []
    for key, cell in previous.cells.items():
        name = names[key]
        if name != key:
            # Whether it was told then does not hang on what is told now.
            cells[name] = replace(cell, key=name, shown_with=None)
            if key in previous.withheld:
                withheld.add(name)
            if key in present.cells and cell.is_people and cell.is_public:
                changes.append(_change(present.cells[key], cell, name))
        elif key not in previous.withheld:
            withheld.discard(key)
    for cell, _ in changes:
        cells[cell.key] = cell
        withheld.add(cell.key)
    earlier = (_renamed(equation, names) for equation in previous.equations)
    equations = (
        *present.equations,
        *_unlike(earlier, present.equations),
        *(equation for _, equation in changes),
    )
    return Statement(cells, equations, frozenset(withheld))


def _change(now: Cell, then: Cell, name: Key) -> tuple[Cell, Equation]:
    """What has been added to a cell, or taken from it, since the previous release; and how it follows.

    Where nothing but new reports explains it, it is at least nothing and at most all of whom they tell.
    """
    added, of = now.value - then.value, now.upper - then.upper
    if math.isinf(now.upper) or math.isinf(then.upper):
        lower, upper = (0.0, math.inf) if added >= 0 else (-math.inf, 0.0)
    elif min(0.0, of) <= added <= max(0.0, of):
        lower, upper = min(0.0, of), max(0.0, of)
    else:
        lower, upper = -math.inf, math.inf
    key = now.key._replace(table=CHANGE + now.key.table)
    cell = Cell(
        key,
        added,
        upper,
        is_small_change(now, then),
        lower=lower,
        per_person=max(now.per_person, then.per_person),
        is_public=False,
    )
    return cell, Equation(f"change {'/'.join(key)}", ((now.key, 1.0), (name, -1.0), (key, -1.0)), 0.0, None)


def unchanged(present: Statement, previous: Statement | None) -> set[Key]:
    """The cells that are what they were in the previous release."""
    if previous is None:
        return set()
    return {key for key, cell in previous.cells.items() if _name_before(key, cell, present) == key}


def told_before(present: Statement, previous: Statement | None) -> set[Key]:
    """The cells that the previous release has told and that have not changed since.

    A release that was decided before there were cells for denominators told them with their shares.
    """
    if previous is None:
        return set()
    told = unchanged(present, previous) - previous.withheld
    return told | (present.with_followers(told) - previous.cells.keys())


def with_history(present: Statement, previous: Statement | None) -> Statement:
    """A decided statement together with what earlier releases leave unknown, for the releases after it.

    What they have told stands in the constants of their equations; what they have withheld, and was changed
    since, stays as a cell under a name of its own (`BEFORE`, `CHANGE`).
    """
    from publish.disclosure.attack import places, unknown_side

    if previous is None:
        return present
    both = together(present, previous)
    gaps = places(both)
    earlier = {}
    for key in both.withheld - present.cells.keys():
        lower, upper = gaps.get(key, (both.cells[key].lower, both.cells[key].upper))
        earlier[key] = replace(both.cells[key], lower=lower, upper=upper)
    equations = []
    for equation in _unlike(both.equations, present.equations):
        parts, side = unknown_side(both, equation)
        limits = () if equation.figure in both.withheld else equation.limits
        limits = tuple(limit for limit in limits if limit[0] in both.withheld)
        if parts or limits:
            equations.append(Equation(equation.name, tuple(parts.items()), side, None, limits))
    kept = _still_open(equations, earlier)
    # Withheld now, and told before: it is what it was.
    told = [
        Equation("told before", ((key, 1.0),), present.cells[key].value, None)
        for key in sorted(present.withheld - both.withheld)
    ]
    named = {key for equation in kept for key, _ in equation.parts}
    named |= {key for equation in kept for key, _, _ in equation.limits}
    earlier = {key: cell for key, cell in earlier.items() if key in named or cell.room > 0}
    return Statement(
        {**present.cells, **earlier},
        (*present.equations, *kept, *told),
        present.withheld | earlier.keys(),
    )


def _still_open(equations: list[Equation], earlier: Mapping[Key, Cell]) -> list[Equation]:
    """The equations without those that tell one thing that nobody has to hide, and that no other speaks of.

    Most of what changes from one release to the next is shown in both.
    """
    times = Counter(key for equation in equations for key, _ in equation.parts)

    def is_settled(equation: Equation) -> bool:
        keys = [key for key, _ in equation.parts]
        return len(keys) == 1 and times[keys[0]] == 1 and keys[0] in earlier and earlier[keys[0]].room == 0

    return [equation for equation in equations if equation.limits or not is_settled(equation)]


def _name_before(key: Key, cell: Cell, present: Statement) -> Key:
    now = present.cells.get(key)
    same = (
        now is not None and math.isclose(now.value, cell.value, abs_tol=TOLERANCE) and now.upper == cell.upper
    )
    return key if same else key._replace(table=BEFORE + key.table)


def _renamed(equation: Equation, names: Mapping[Key, Key]) -> Equation:
    return Equation(
        equation.name,
        tuple((names[key], coefficient) for key, coefficient in equation.parts),
        equation.constant,
        equation.figure and names[equation.figure],
        tuple((names[key], lower, upper) for key, lower, upper in equation.limits),
    )


def _unlike(equations: Iterable[Equation], present: tuple[Equation, ...]) -> Iterator[Equation]:
    known = {(equation.figure, equation.parts, equation.constant) for equation in present}
    return (e for e in equations if (e.figure, e.parts, e.constant) not in known)
