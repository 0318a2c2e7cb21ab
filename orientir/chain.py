"""Follow runs through the assets they announce, until everything they set off has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from orientir.airflow_api import AirflowApi, AssetEvent, DagRun
from orientir.failures import InfrastructureError

# Each look makes the API server work, on cores that the tasks need.
POLL_SECONDS = 1.5
COUNT_SECONDS = 5.0
ENDED = frozenset({"success", "skipped", "failed", "upstream_failed"})
LOG_LINES = 25
# A consumer's run appears within a scheduler loop of the announcement.
START_SECONDS = 120.0

Key = tuple[str, str]
Report = Callable[[DagRun, int, int], None]


@dataclass
class Chain:
    """The runs of one chain, in the order in which they were seen."""

    runs: dict[Key, DagRun] = field(default_factory=dict)
    # What a run that has ended has announced; asked for once.
    announced: dict[Key, list[AssetEvent]] = field(default_factory=dict)
    answered: set[Key] = field(default_factory=set)
    unanswered_since: dict[Key, float] = field(default_factory=dict)
    count_next: dict[Key, float] = field(default_factory=dict)

    def add(self, runs: Iterable[DagRun]) -> None:
        for run in runs:
            self.runs[run.key] = run

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
    dag_ids = set().union(*consumers.values(), *({dag_id} for dag_id, _ in chain.runs))
    deadline = time.monotonic() + seconds
    while True:
        check_alive()
        # One question for everything: the runs that are followed and those that they have set off.
        known = api.latest_runs(dag_ids)
        _refresh(api, chain, known, report)
        missing = _add_consumers(api, chain, consumers, known)
        awaited = [run for run in chain.unfinished() if run.dag_id not in aside]
        if not awaited and missing <= set(aside):
            return
        if time.monotonic() > deadline:
            names = ", ".join(f"{run.dag_id} ({run.state})" for run in chain.unfinished())
            raise InfrastructureError(f"the runs did not end within {seconds:.0f} s: {names}")
        time.sleep(POLL_SECONDS)


def _refresh(api: AirflowApi, chain: Chain, known: Sequence[DagRun], report: Report) -> None:
    """Take over the states of the runs and report what has changed.

    Tasks are counted now and then only: every question costs the api-server as much as a small task.
    """
    unfinished = {run.key for run in chain.unfinished()}
    for run in known:
        if run.key not in unfinished:
            continue
        has_changed = run.state != chain.runs[run.key].state
        chain.add([run])
        if has_changed or (run.state == "running" and time.monotonic() > chain.count_next.get(run.key, 0.0)):
            chain.count_next[run.key] = time.monotonic() + COUNT_SECONDS
            tasks = api.tasks(run)
            report(run, sum(task.state in ENDED for task in tasks), len(tasks))
        if run.state == "failed":
            raise InfrastructureError(explain(api, run))


def _add_consumers(
    api: AirflowApi, chain: Chain, consumers: dict[str, set[str]], known: Sequence[DagRun]
) -> set[str]:
    """Add the runs that announcements have started. Returns the DAGs that still have to answer one.

    Airflow merges an announcement into one that still waits for its run to be made, and does not say so. So
    what answers an announcement is any run of its consumer that was made after it. One that was made before,
    even if it has not begun, leaves the announcement for another run.
    """
    waiting: set[str] = set()
    for run in list(chain.runs.values()):
        if not run.is_finished or run.key in chain.answered:
            continue
        if run.key not in chain.announced and (events := api.events_from(run)) is not None:
            chain.announced[run.key] = events
        missing = set() if run.key in chain.announced else set().union(*consumers.values())
        for event in chain.announced.get(run.key, ()):
            wanted = consumers.get(event.asset_name, set())
            later = [new for new in known if new.dag_id in wanted and new.was_made_since(event.at)]
            missing |= wanted - {new.dag_id for new in later}
            chain.add(new for new in later if new.key not in chain.runs)
        if missing:
            waiting |= missing
            _require_progress(chain, run, missing, known)
        else:
            chain.answered.add(run.key)
    return waiting


def _require_progress(chain: Chain, run: DagRun, missing: set[str], known: Sequence[DagRun]) -> None:
    """Raise InfrastructureError when what a run has announced starts nothing for too long."""
    since = chain.unanswered_since.setdefault(run.key, time.monotonic())
    if any(other.dag_id in missing and not other.is_finished for other in known):
        # One run at a time: the next one begins when the present one has ended.
        chain.unanswered_since[run.key] = time.monotonic()
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
