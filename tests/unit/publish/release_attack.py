"""An attack on a release, apart from the code that makes it: what the withheld cells can be.

It takes what anybody may hold: counts that are told, how many people each count is out of, sums, scores,
and the same of an earlier release, with what has changed since. A dense matrix and one call of a
linear-programming solver per bound; nothing here is imported from `publish`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

Sum = tuple[Mapping[str, float], float]


@dataclass(frozen=True)
class Released:
    """Counts as (people, of how many), which of them are hidden, and sums of them that are known.

    `scores` are those that count nobody.
    """

    counts: Mapping[str, tuple[float, float]]
    hidden: frozenset[str]
    sums: list[Mapping[str, float]]
    scores: frozenset[str] = frozenset()


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


def holder_of(releases: Sequence[Released]) -> Holder:
    """Who keeps releases, one after another, and knows whose reports are the same from one to the next."""
    holder = Holder()
    cells: list[dict[str, str]] = []
    told: set[str] = set()
    for number, release in enumerate(releases):
        before = releases[number - 1] if number else None
        cells.append(
            {
                name: cells[-1][name] if before and before.counts.get(name) == counts else f"{name}@{number}"
                for name, counts in release.counts.items()
            }
        )
        told |= {cells[-1][name] for name in release.counts if name not in release.hidden}
    for number, release in enumerate(releases):
        for name, (count, of) in release.counts.items():
            cell = cells[number][name]
            if cell not in told and cell not in holder.truth:
                holder.hide(cell, count, of, is_secret=name not in release.scores)
            if not number or name in release.scores or cells[number - 1].get(name, cell) == cell:
                continue
            _say_change(holder, name, number, releases, (cells[number - 1][name], cell))
    for number, release in enumerate(releases):
        for terms in release.sums:
            holder.say({cells[number][name]: points for name, points in terms.items()})
    return holder


def _say_change(
    holder: Holder, name: str, number: int, releases: Sequence[Released], cells: tuple[str, str]
) -> None:
    """What a count has changed by; where new reports explain it, by all of theirs at most."""
    (then, of_then), (now, of_now) = (release.counts[name] for release in releases[number - 1 : number + 1])
    came, group = now - then, of_now - of_then
    low, high = min(0.0, group), max(0.0, group)
    if not low <= came <= high:
        low, high = -math.inf, math.inf
    change = f"change of {name}@{number}"
    holder.hide(change, came, high, least=low, is_secret=is_few(came, group))
    holder.say({cells[1]: 1.0, cells[0]: -1.0, change: -1.0})
    if cells[1] in holder.most:
        least, most = holder.least.get(cells[0], then), holder.most.get(cells[0], then)
        holder.least[cells[1]] = max(0.0, least + low)
        holder.most[cells[1]] = min(of_now, most + high)


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
