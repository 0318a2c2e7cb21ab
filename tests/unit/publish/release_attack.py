"""An attack on a release, apart from the code that makes it: what the withheld cells can be.

It takes what anybody may hold: counts that are told, how many people each count is out of, sums, scores,
and the same of an earlier release, with what has changed since. A dense matrix and one call of a
linear-programming solver per bound; nothing here is imported from `publish`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

Sum = tuple[Mapping[str, float], float]


@dataclass(frozen=True)
class Released:
    """Counts as (people, of how many), which of them are hidden, and sums of them that come to nothing."""

    counts: Mapping[str, tuple[float, float]]
    hidden: frozenset[str]
    sums: list[Mapping[str, float]]


@dataclass
class Holder:
    """Somebody who holds releases: what is not told, between which numbers it lies, and what it sums to."""

    truth: dict[str, float] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)
    least: dict[str, float] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    secret: set[str] = field(default_factory=set)

    def hide(
        self, name: str, value: float, most: float, *, least: float = 0.0, is_secret: bool = True
    ) -> None:
        """Something that is not told. What is no secret may be inferred."""
        self.truth[name], self.most[name], self.least[name] = value, most, least
        if is_secret:
            self.secret.add(name)

    def say(self, terms: Mapping[str, float]) -> None:
        """A sum of what is not told and what is, as it comes to in truth."""
        unknown = {name: points for name, points in terms.items() if name in self.most}
        self.sums.append((unknown, sum(points * self.truth[name] for name, points in unknown.items())))

    def leaks(self, k: int = 5) -> list[str]:
        """The secrets that are not kept."""
        return leaks(self.most, self.sums, k, sorted(self.secret), self.least)


def is_few(count: float, of: float, k: int = 5) -> bool:
    """Whether a group that came or went tells of one to four people: in it, left out of it, or of all."""
    return any(0 < abs(number) < k for number in (count, of, of - count))


def holder_of_both(then: Released, now: Released) -> Holder:
    """Who keeps an earlier release beside a later one, and knows whose reports are the same in both."""
    holder = Holder()
    earlier: dict[str, str] = {}
    for name, (count, of) in then.counts.items():
        is_same = now.counts.get(name) == (count, of)
        earlier[name] = name if is_same else f"then {name}"
        if name in then.hidden and not (is_same and name not in now.hidden):
            holder.hide(earlier[name], count, of)
    for name, (count, of) in now.counts.items():
        is_told_before = earlier.get(name) == name and name not in then.hidden
        if name in now.hidden and not is_told_before:
            holder.hide(name, count, of)
    for name, (count, of) in now.counts.items():
        if name in earlier and earlier[name] != name:
            came, group = count - then.counts[name][0], of - then.counts[name][1]
            low, high = min(0.0, group), max(0.0, group)
            if not low <= came <= high:
                low, high = -math.inf, math.inf
            changed = f"change of {name}"
            holder.hide(changed, came, high, least=low, is_secret=is_few(came, group))
            if name in now.hidden and name not in then.hidden:
                before = then.counts[name][0]
                holder.least[name] = max(0.0, before + low)
                holder.most[name] = min(of, before + high)
            holder.say({name: 1.0, earlier[name]: -1.0, changed: -1.0})
    for terms in now.sums:
        holder.say(terms)
    for terms in then.sums:
        holder.say({earlier[name]: points for name, points in terms.items()})
    return holder


def ranges(
    withheld: Mapping[str, float],
    sums: Iterable[Sum],
    wanted: Iterable[str] | None = None,
    least: Mapping[str, float] | None = None,
) -> dict[str, tuple[float, float]]:
    """From what to what each withheld cell can go. `withheld` gives the most that each can be, `least` the
    least where that is not nothing.

    A sum is coefficients of cells and what they add up to; a cell that is not withheld must not be in it.
    """
    names = sorted(withheld)
    place = {name: number for number, name in enumerate(names)}
    rows = [(terms, total) for terms, total in sums if terms]
    matrix = np.zeros((len(rows), len(names)))
    for number, (terms, _) in enumerate(rows):
        for name, coefficient in terms.items():
            matrix[number, place[name]] += coefficient
    lowest = least or {}
    bounds = [(lowest.get(name, 0.0), withheld[name]) for name in names]
    found = {}
    for name in sorted(withheld if wanted is None else wanted):
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(names))
            objective[place[name]] = sign
            done = linprog(
                objective,
                A_eq=matrix if rows else None,
                b_eq=[total for _, total in rows] if rows else None,
                bounds=bounds,
                method="highs",
            )
            assert done.status in (0, 3), f"{name}: {done.message}"
            ends.append(sign * done.fun if done.status == 0 else -sign * math.inf)
        found[name] = (ends[0], ends[1])
    return found


def leaks(
    withheld: Mapping[str, float],
    sums: Iterable[Sum],
    k: int = 5,
    wanted: Iterable[str] | None = None,
    least: Mapping[str, float] | None = None,
) -> list[str]:
    """The cells that are not wide enough: wider than k; of k people or fewer, anything from none to all."""
    found = ranges(withheld, list(sums), wanted, least)
    narrow = []
    for name, (low, high) in found.items():
        most = withheld[name] - (least or {}).get(name, 0.0)
        if high - low < (most if most <= k else k) - 1e-6 or (most > k and high - low <= k + 1e-6):
            narrow.append(f"{name}: {low:.3f}..{high:.3f} of {most}")
    return narrow
