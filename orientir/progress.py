"""What a long command says while it works: a live table on a terminal, plain lines elsewhere. All on
stderr.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from orientir.airflow_api import DagRun


class Progress(Protocol):
    """A place to report to."""

    def say(self, text: str) -> None:
        """Report that something is done or begins."""

    def run_changed(self, run: DagRun, done: int, total: int) -> None:
        """Report the state of a DAG's run and how many of its tasks have ended."""


class Lines:
    """One line per report, with the seconds since the beginning."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._last: dict[tuple[str, str], str] = {}

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", file=sys.stderr, flush=True)

    def run_changed(self, run: DagRun, done: int, total: int) -> None:
        if self._last.get((run.dag_id, run.run_id)) != run.state:
            self._last[run.dag_id, run.run_id] = run.state
            self.say(f"{run.dag_id}: {run.state}" + (f" ({done}/{total} tasks)" if run.is_finished else ""))


class Live:
    """A spinner per run, its tasks as a bar, lines for what is done."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓[/green]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[tuple[str, str], object] = {}

    def __enter__(self) -> Live:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def say(self, text: str) -> None:
        self._bars.console.print(f"• {text}", highlight=False, markup=False)

    def run_changed(self, run: DagRun, done: int, total: int) -> None:
        from rich.progress import TaskID

        key = (run.dag_id, run.run_id)
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(run.dag_id, total=None)
        task = self._tasks[key]
        assert isinstance(task, int)
        color = {"failed": "red", "success": "green"}.get(run.state, "cyan")
        self._bars.update(
            TaskID(task),
            description=f"[{color}]{run.dag_id}[/{color}]",
            completed=total if run.is_finished else done,
            total=total or None,
        )


@contextmanager
def reporting() -> Iterator[Progress]:
    """Open the progress that fits where stderr goes."""
    if sys.stderr.isatty():
        with Live() as live:
            yield live
    else:
        yield Lines()
