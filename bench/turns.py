"""Actions compared on the same files by turns: other work on the machine disturbs none of them more."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Action = Callable[[Sequence[Path]], object]


@dataclass(frozen=True)
class Cost:
    """Seconds for one share of the files: of this process's processor time, and by the clock."""

    processor: float
    clock: float


@dataclass(frozen=True)
class Turns:
    """What each action cost on each share."""

    files: int
    shares: int
    costs: Mapping[str, Sequence[Cost]]

    def milliseconds(self, action: str) -> float:
        """Processor milliseconds per file, the median of the shares."""
        return 1000 * self.shares * median(cost.processor for cost in self.costs[action]) / self.files

    def ratio(self, action: str, baseline: str) -> float:
        """Processor time of one action in parts of another's, the median of the shares."""
        pairs = zip(self.costs[action], self.costs[baseline], strict=True)
        return median(mine.processor / other.processor for mine, other in pairs)

    def clock_ratio(self, action: str, baseline: str) -> float:
        """The same by the clock: with the server's work, and with whatever else the machine does."""
        pairs = zip(self.costs[action], self.costs[baseline], strict=True)
        return median(mine.clock / other.clock for mine, other in pairs)

    def files_per_second(self, action: str) -> float:
        """Files per second of processor time."""
        return 1000 / self.milliseconds(action)


def take_turns(
    paths: Sequence[Path],
    share: int,
    actions: Mapping[str, Action],
    between: Callable[[], object] = lambda: None,
) -> Turns:
    """Run every action once on every share of the files, in another order each time.

    The first share is only for warming up, so that nobody pays for imports and first looks. ``between``
    clears what an action has left behind; it is not counted.
    """
    shares = [paths[start : start + share] for start in range(0, len(paths) - share + 1, share)]
    names = list(actions)
    costs: dict[str, list[Cost]] = {name: [] for name in names}
    for number, files in enumerate(shares):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            cost = _cost(actions[name], files)
            between()
            if number > 0:
                costs[name].append(cost)
    return Turns(share * (len(shares) - 1), len(shares) - 1, costs)


def _cost(action: Action, files: Sequence[Path]) -> Cost:
    gc.collect()  # what the others left behind is not this one's cost
    began, began_clock = time.process_time(), time.perf_counter()
    action(files)
    return Cost(time.process_time() - began, time.perf_counter() - began_clock)
