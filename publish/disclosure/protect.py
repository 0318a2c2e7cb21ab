"""Which cells to withhold: the small ones, and as many others as it takes that none can be inferred.

Deterministic: cells are taken in the order of their keys, candidates from the fewest people upwards. What was
withheld in the previous release and has not changed stays withheld. Each step withholds one more cell, so it
comes to an end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from publish.disclosure.attack import TOLERANCE, exposed, intervals, places, unknown_side
from publish.disclosure.model import CHANGE, Equation, Key, Statement, together, told_before, unchanged

# A score is withheld last, a total when no part can be; a part that brings nothing else into danger first.
TRIALS = 3
NEAR = 2  # equations to go through before a score is withheld
Cost = tuple[bool, bool, bool, bool, float, Key]


class DisclosureError(Exception):
    """Small cells cannot be kept from being inferred by withholding others."""


def protect(present: Statement, previous: Statement | None = None) -> Statement:
    """The statement with everything withheld that has to be.

    What the previous release gives away nothing can hide again: such a cell is kept as wide as it leaves it,
    and `given_away` names it. Raises DisclosureError when a cell that could be hidden is not by anything that
    is tried.
    """
    state = _State(present, previous)
    state.withhold(key for key, cell in present.cells.items() if cell.is_sensitive)
    if previous is not None and _tells_anything(previous):
        state.withhold(unchanged(present, previous) & previous.withheld)
    state.widen_equations()
    narrow = exposed(state.both)
    while narrow:
        before = state.both.withheld
        state.widen(narrow)
        state.widen_equations()
        # What is wide enough stays so when more is withheld: only the others and the new ones are asked for
        # again.
        narrow = exposed(state.both, {*narrow, *(state.both.withheld - before)})
    return present.withholding(state.withheld)


def _tells_anything(previous: Statement) -> bool:
    """Whether a release shows a figure: one that was withheld as a whole did not choose what to withhold."""
    return any(cell.is_public and key not in previous.withheld for key, cell in previous.cells.items())


def given_away(present: Statement, previous: Statement | None) -> list[Key]:
    """The small cells that were told, or stay narrower than they have to be though everything is withheld.

    Not one that is as wide as the reports which have changed it since it was told: these are few, and of
    them nothing is said.
    """
    state = _State(present, previous)
    found = [key for key in state.told if present.cells[key].is_sensitive]
    for key, width in state.attainable.items():
        change = state.both.cells.get(key._replace(table=CHANGE + key.table))
        is_as_wide = change is not None and width >= change.upper - change.lower - TOLERANCE
        if state.both.cells[key].is_sensitive and not is_as_wide:
            found.append(key)
    return sorted(found)


class _State:
    """What is withheld so far, and what the reader of both releases does not know."""

    def __init__(self, present: Statement, previous: Statement | None) -> None:
        self.present = present
        self.withheld: set[Key] = set(present.withheld)
        self.told = told_before(present, previous)
        self.both, self.attainable = _as_wide_as_can_be(together(present, previous), present, self.told)
        self.equations_of: dict[Key, list[Equation]] = {}
        for equation in self.both.equations:
            for key, _ in equation.parts:
                self.equations_of.setdefault(key, []).append(equation)
        self.totals = {
            figure
            for equation in present.equations
            if (figure := equation.figure) is not None and present.cells[figure].is_people
        }

    def withhold(self, keys: Iterable[Key]) -> None:
        added = self.present.with_followers(keys)
        self.withheld |= added
        self.both = self.both.withholding(self.both.withheld | (added - self.told))

    def widen_equations(self) -> None:
        """Make every withheld cell wide enough by each equation alone: most cells need no more."""
        again = True
        while again:
            again = False
            for equation in self.both.equations:
                narrow = self._narrow_in(equation)
                if narrow is not None and (chosen := self._choose(equation, narrow)) is not None:
                    self.withhold([chosen])
                    again = True

    def widen(self, narrow: list[Key]) -> None:
        """Withhold one more cell beside each cell that all equations together give away.

        Candidates are tried from the cheapest upwards: the first that makes the cell wide enough, else the
        one that widens it most. Where none does alone, because a total gives each away, each is tried with
        what hides it. Where none does, it is the score that tells: then that is withheld, and after it the
        scores next to it in the list, because places tell a withheld score, too. Where nothing helps by
        itself, everything around is withheld.
        """
        for key in narrow:
            width = self._width(key)
            room = self.both.cells[key].room - TOLERANCE
            if width >= room:
                continue
            around = self._around(key)
            chosen = self._widest(key, [[candidate] for candidate in around[:TRIALS]])
            chosen = chosen or self._widest(key, [[candidate] for candidate in around[TRIALS:]])
            chosen = chosen or self._widest(key, [self._hidden(candidate) for candidate in around])
            chosen = chosen or self._widest(key, self._pairs(around))
            chosen = chosen or self._farther(key, NEAR) or self._figure_around(key)
            chosen = chosen or self._farther(key) or around
            if not chosen:
                raise DisclosureError(
                    f"{'/'.join(key)} can be inferred, and there is nothing left around it to withhold:"
                    " the previous release tells the rest"
                )
            self.withhold(chosen)

    def _widest(self, key: Key, trials: Iterable[list[Key]]) -> list[Key]:
        """The first trial that makes a cell wide enough, else the one that widens it most, if any does."""
        width, room = self._width(key), self.both.cells[key].room - TOLERANCE
        chosen: list[Key] = []
        best = width + TOLERANCE
        for trial in trials:
            widened = self._width(key, *trial)
            if widened > best:
                chosen, best = trial, widened
            if widened >= room:
                break
        return chosen

    def _hidden(self, key: Key) -> list[Key]:
        """A cell with the cheapest beside it in each equation that would give it away alone."""
        chosen = [key]
        for equation in self.equations_of.get(key, []):
            unknown = self.both.withheld.intersection(part for part, _ in equation.parts)
            beside = [cost[-1] for cost in self._candidates(equation) if cost[-1] not in chosen]
            if not unknown and beside:
                chosen.append(beside[0])
        return chosen

    def _pairs(self, around: list[Key]) -> Iterator[list[Key]]:
        """Each cell with each of those beside it, the cheapest first.

        Where one report has changed, and nothing else, its municipality's figure has none to hide behind but
        the region's.
        """
        for key in around:
            beside = {cost for equation in self.equations_of[key] for cost in self._candidates(equation)}
            yield from ([key, cost[-1]] for cost in sorted(beside) if cost[-1] != key)

    def _width(self, key: Key, *more: Key) -> float:
        return intervals(self._withholding(*more), [key])[key].width

    def _withholding(self, *more: Key) -> Statement:
        """What is not known with more cells withheld, and what is shown with them."""
        if not more:
            return self.both
        return self.both.withholding(self.both.withheld | (self.present.with_followers(more) - self.told))

    def _around(self, key: Key) -> list[Key]:
        """The cells to try in the nearest equations of a cell that have any, the cheapest first.

        A cell that no table tells may have none in its own: what a figure has changed by hangs on the figure.
        """
        for equations in self._rings(key):
            found = {cost for equation in equations for cost in self._candidates(equation)}
            if found:
                return [cost[-1] for cost in sorted(found)]
        return []

    def _rings(self, key: Key) -> Iterator[list[Equation]]:
        """The equations of a cell, then those one farther away, and so on to the end."""
        seen, edge = {key}, [key]
        while edge:
            equations = [equation for near in edge for equation in self.equations_of.get(near, [])]
            yield equations
            edge = sorted({part for equation in equations for part, _ in equation.parts} - seen)
            seen.update(edge)

    def _farther(self, key: Key, reach: float = math.inf) -> list[Key]:
        """The nearest cell that widens one around which nothing can be withheld any more, if there is one.

        All around a cell of the previous release may be told already: but what is not known of the present
        release leaves open what the cells two or more equations away are, and so this one. The search goes no
        farther than `reach` equations.
        """
        for steps, equations in enumerate(self._rings(key)):
            if steps >= reach:
                break
            costs = {cost for equation in equations for cost in self._candidates(equation)}
            if chosen := self._widest(key, [[cost[-1]] for cost in sorted(costs)]):
                return chosen
        return []

    def _figure_around(self, key: Key) -> list[Key]:
        """The score that a cell is a part of; or, where it is withheld, the next one whose place tells it."""
        for equation in self.equations_of.get(key, []):
            figure = self._figure_or_neighbour(equation)
            if figure is not None and (figure == equation.figure or self._widest(key, [[figure]])):
                return [figure]
        return []

    def _narrow_in(self, equation: Equation) -> Key | None:
        widths = self._widths(equation)
        for key in sorted(widths):
            if widths[key] < self.both.cells[key].room - TOLERANCE:
                return key
        return None

    def _candidates(self, equation: Equation) -> list[Cost]:
        """The cells that could be withheld so that an equation tells less, the cheapest first."""
        parts = (
            (self.present.cells[key].shown_with or key)
            for key, _ in equation.parts
            if key in self.present.cells and key not in self.told
        )
        return sorted(self._cost(key) for key in set(parts) - self.withheld)

    def _choose(self, equation: Equation, narrow: Key) -> Key | None:
        """The cheapest cell of the equation that widens the narrow one enough, or that widens it most."""
        room = self.both.cells[narrow].room - TOLERANCE
        best, width = None, -math.inf
        for cost in self._candidates(equation):
            widened = self._widths(equation, cost[-1]).get(narrow, math.inf)
            if widened >= room:
                return cost[-1]
            if widened > width + TOLERANCE:
                best, width = cost[-1], widened
        return best

    def _figure_or_neighbour(self, equation: Equation) -> Key | None:
        figure = equation.figure
        if figure is None or figure not in self.present.cells or figure in self.told:
            return None
        if self.present.cells[figure].is_people:
            return None
        if figure not in self.withheld:
            return figure
        value = self.present.cells[figure].value
        shown = [
            (abs(cell.value - value), key)
            for key, cell in self.present.cells.items()
            if not cell.is_people
            and key not in self.withheld
            and key not in self.told
            and key._replace(unit="") == figure._replace(unit="")
        ]
        return min(shown)[1] if shown else None

    def _cost(self, key: Key) -> Cost:
        cell = self.both.cells[key]
        is_new = any(
            not any(other in self.both.withheld for other, _ in equation.parts)
            for equation in self.equations_of.get(key, [])
        )
        is_roomy = cell.value >= cell.room and cell.upper - cell.value >= cell.room
        people = cell.value if math.isinf(cell.upper) else cell.upper
        return (not cell.is_people, key in self.totals, is_new, not is_roomy, people, key)

    def _widths(self, equation: Equation, more: Key | None = None) -> dict[Key, float]:
        """The width of each withheld part by this equation and the bounds alone, with one more withheld."""
        statement = self.both if more is None else self._withholding(more)
        parts, side = unknown_side(statement, equation)
        bounds = {key: (statement.cells[key].lower, statement.cells[key].upper) for key in parts}
        if any(not statement.cells[key].is_people for key in parts):
            gaps = places(statement)
            bounds |= {key: gaps[key] for key in parts if key in gaps}
        if equation.figure not in statement.withheld:
            for key, lower, upper in equation.limits:
                if key in bounds:
                    bounds[key] = (max(bounds[key][0], lower), min(bounds[key][1], upper))
        ends = {key: sorted((c * bounds[key][0], c * bounds[key][1])) for key, c in parts.items()}
        least, most = _Sum(low for low, _ in ends.values()), _Sum(high for _, high in ends.values())
        widths = {}
        for key, coefficient in parts.items():
            low, high = ends[key]
            span = sorted(((side - most.less(high)) / coefficient, (side - least.less(low)) / coefficient))
            widths[key] = min(span[1], bounds[key][1]) - max(span[0], bounds[key][0])
        return widths


def _as_wide_as_can_be(
    both: Statement, present: Statement, told: set[Key]
) -> tuple[Statement, dict[Key, float]]:
    """The statement asking of no cell more than there is with everything withheld; and of which less.

    Of a cell that was told before, a late report of three leaves three possibilities at most.
    """
    at_most = both.withholding(both.withheld | (present.cells.keys() - told))
    attainable = {key: found.width for key, found in intervals(at_most, exposed(at_most)).items()}
    cells = {
        key: replace(cell, attainable=attainable[key]) if key in attainable else cell
        for key, cell in both.cells.items()
    }
    return Statement(cells, both.equations, both.withheld), attainable


class _Sum:
    """A sum from which one number can be taken away again, also where some are infinite."""

    def __init__(self, numbers: Iterable[float]) -> None:
        self.finite, self.infinite = 0.0, 0
        self.infinity = math.inf
        for number in numbers:
            if math.isinf(number):
                self.infinite += 1
                self.infinity = number
            else:
                self.finite += number

    def less(self, number: float) -> float:
        """The sum without this number."""
        infinite = self.infinite - math.isinf(number)
        if infinite:
            return self.infinity
        return self.finite if math.isinf(number) else self.finite - number
