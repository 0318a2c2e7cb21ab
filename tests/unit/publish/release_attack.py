"""An attack on a release, apart from the code that makes it: what the withheld cells can be.

It takes what anybody may hold: counts that are told, how many people each count is out of, sums, scores,
and the same of an earlier release. A dense matrix and one call of a linear-programming solver per bound;
nothing here is imported from `publish`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import linprog

Sum = tuple[Mapping[str, float], float]


def ranges(
    withheld: Mapping[str, float], sums: Iterable[Sum], wanted: Iterable[str] | None = None
) -> dict[str, tuple[float, float]]:
    """From what to what each withheld cell can go. `withheld` gives the most that each can be.

    A sum is coefficients of cells and what they add up to; a cell that is not withheld must not be in it.
    """
    names = sorted(withheld)
    place = {name: number for number, name in enumerate(names)}
    rows = [(terms, total) for terms, total in sums if terms]
    matrix = np.zeros((len(rows), len(names)))
    for number, (terms, _) in enumerate(rows):
        for name, coefficient in terms.items():
            matrix[number, place[name]] += coefficient
    bounds = [(0.0, None if math.isinf(withheld[name]) else withheld[name]) for name in names]
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
    withheld: Mapping[str, float], sums: Iterable[Sum], k: int = 5, wanted: Iterable[str] | None = None
) -> list[str]:
    """The cells that are not wide enough: wider than k; of k people or fewer, anything from none to all."""
    found = ranges(withheld, list(sums), wanted)
    narrow = []
    for name, (low, high) in found.items():
        most = withheld[name]
        if high - low < (most if most <= k else k) - 1e-6 or (most > k and high - low <= k + 1e-6):
            narrow.append(f"{name}: {low:.3f}..{high:.3f} of {most}")
    return narrow
