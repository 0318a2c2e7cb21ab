"""Writing organisations' files in several processes, in the order of one."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from demo.files import WrittenFile, write_organisation
from demo.organisations import Organisation
from demo.plan import DemoPlan

# Organisations whose files a process writes at a time: their drawing costs more than handing them over.
SHARE = 10
# Below this scale a process of its own takes longer to start than the files take to write.
SMALL_SCALE = 0.2

Written = tuple[Organisation, list[WrittenFile]]


class FileWriters:
    """Processes that write files; a context manager. Every organisation is drawn by itself, from its own
    seed, so the files do not depend on how many processes there are. With no inbox nothing is written: what
    would be is drawn.
    """

    def __init__(self, inbox: Path | None, plan: DemoPlan, processes: int | None = None) -> None:
        self._inbox = inbox
        self._plan = plan
        wanted = 1 if plan.scale < SMALL_SCALE else len(os.sched_getaffinity(0))
        self._processes = processes or wanted
        # Started anew and not forked: whoever asks for a demo may have threads.
        start = multiprocessing.get_context("spawn")
        self._pool: Executor | None = (
            ProcessPoolExecutor(self._processes, mp_context=start) if self._processes > 1 else None
        )

    def __enter__(self) -> FileWriters:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def written(self, organisations: Iterator[Organisation]) -> Iterator[Written]:
        """Write the files of organisations; each with its files, in the order given. At most a few shares
        are held in memory.
        """
        if self._pool is None:
            for org in organisations:
                yield org, list(write_organisation(self._inbox, self._plan, org))
            return
        waiting: deque[Future[list[Written]]] = deque()
        while True:
            share = list(islice(organisations, SHARE))
            if share:
                waiting.append(self._pool.submit(_write_share, self._inbox, self._plan, share))
            if waiting and (not share or len(waiting) > 2 * self._processes):
                yield from waiting.popleft().result()
            elif not share:
                return


def _write_share(inbox: Path | None, plan: DemoPlan, share: list[Organisation]) -> list[Written]:
    return [(org, list(write_organisation(inbox, plan, org))) for org in share]
