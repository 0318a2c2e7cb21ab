"""Follow runs through the assets they announce, until everything they set off has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from orientir.airflow_api import AirflowApi, DagRun
from orientir.failures import InfrastructureError

# Each look makes the API server work, on cores that the tasks need.
POLL_SECONDS = 1.0
COUNT_SECONDS = 3.0
ENDED = frozenset({"success", "skipped", "failed", "upstream_failed"})
LOG_LINES = 25
# A consumer's run appears within a scheduler loop of the announcement.
START_SECONDS = 120.0

Report = Callable[[DagRun, int, int], None]


@dataclass
class Chain:
    """The runs of one chain, in the order in which they were seen."""

    runs: dict[tuple[str, str], DagRun] = field(default_factory=dict)
    announced_by: set[tuple[str, str]] = field(default_factory=set)
    unanswered_since: dict[tuple[str, str], float] = field(default_factory=dict)
    count_next: dict[tuple[str, str], float] = field(default_factory=dict)

    def add(self, runs: Iterable[DagRun]) -> None:
        for run in runs:
            self.runs[run.dag_id, run.run_id] = run

    def unfinished(self) -> list[DagRun]:
        return [run for run in self.runs.values() if not run.is_finished]


def follow(
    api: AirflowApi,
    chain: Chain,
    report: Report,
    check_alive: Callable[[], None],
    *,
    aside: Collection[str] = (),
    seconds: float = 24 * 3600.0,
) -> None:
    """Wait for the runs of a chain, for the runs that their announcements start, and so on.

    Runs of the DAGs in aside are not waited for: a later call with the same chain does. report(run, done,
    total) is called whenever the state or the count of finished tasks of a run changes. check_alive raises
    when a component has died. Raises InfrastructureError as soon as a run has failed, naming the task and
    the end of its log, when the time is over, or when an announcement starts nothing.
    """
    consumers = api.consumers()
    deadline = time.monotonic() + seconds
    while True:
        check_alive()
        _refresh(api, chain, report)
        missing = _add_consumers(api, chain, consumers)
        awaited = [run for run in chain.unfinished() if run.dag_id not in aside]
        if not awaited and missing <= set(aside):
            return
        if time.monotonic() > deadline:
            names = ", ".join(f"{run.dag_id} ({run.state})" for run in chain.unfinished())
            raise InfrastructureError(f"the runs did not end within {seconds:.0f} s: {names}")
        time.sleep(POLL_SECONDS)


def _refresh(api: AirflowApi, chain: Chain, report: Report) -> None:
    """Take over the states of the runs and report what has changed.

    Tasks are counted now and then only: every question costs the api-server as much as a small task.
    """
    unfinished = chain.unfinished()
    for run in api.refresh(unfinished) if unfinished else ():
        key = (run.dag_id, run.run_id)
        has_changed = run != chain.runs[key]
        chain.add([run])
        if has_changed or (run.state == "running" and time.monotonic() > chain.count_next.get(key, 0.0)):
            chain.count_next[key] = time.monotonic() + COUNT_SECONDS
            tasks = api.tasks(run)
            report(run, sum(task.state in ENDED for task in tasks), len(tasks))
        if run.state == "failed":
            raise InfrastructureError(explain(api, run))


def _add_consumers(api: AirflowApi, chain: Chain, consumers: dict[str, set[str]]) -> set[str]:
    """Add the runs that announcements have started. Returns the DAGs that still have to answer one."""
    waiting: set[str] = set()
    for key, run in list(chain.runs.items()):
        if not run.is_finished or key in chain.announced_by:
            continue
        events = api.events_from(run)
        missing = set().union(*consumers.values()) if events is None else set()
        for event in events or ():
            unseen = consumers.get(event.asset_name, set()) - {started.dag_id for started in event.started}
            # Airflow merges an announcement into one that still waits for its run, and does not say so. A run
            # that began later has seen what was announced.
            later = [new for dag_id in unseen for new in api.runs_since(dag_id, event.at)]
            missing |= unseen - {new.dag_id for new in later}
            chain.add(new for new in (*event.started, *later) if (new.dag_id, new.run_id) not in chain.runs)
        if missing:
            waiting |= missing
            _require_progress(api, chain, run, missing)
        else:
            chain.announced_by.add(key)
    return waiting


def _require_progress(api: AirflowApi, chain: Chain, run: DagRun, missing: set[str]) -> None:
    """Raise InfrastructureError when what a run has announced starts nothing for too long."""
    key = (run.dag_id, run.run_id)
    since = chain.unanswered_since.setdefault(key, time.monotonic())
    if any(api.active_runs(dag_id) for dag_id in missing):
        # One run at a time: the next one begins when the present one has ended.
        chain.unanswered_since[key] = time.monotonic()
    elif time.monotonic() - since > START_SECONDS:
        raise InfrastructureError(
            f"{run.dag_id} has ended, but {', '.join(sorted(missing))} did not start",
            hint="is it paused? see the Airflow page of the DAG",
        )


def explain(api: AirflowApi, run: DagRun) -> str:
    """Say which tasks of a failed run failed, with the end of the log of the first."""
    failed = [task for task in api.tasks(run) if task.state == "failed"]
    lines = [f"{run.dag_id} failed (run {run.run_id})"]
    for task in failed:
        part = "" if task.map_index < 0 else f"[{task.label or task.map_index}]"
        lines.append(f"  task {task.task_id}{part}, try {task.try_number}")
    for task in failed[:1]:
        lines.append(f"  the end of the log of {task.task_id}:")
        lines += [f"    {line}" for line in api.log(run, task)[-LOG_LINES:]]
    return "\n".join(lines)
