"""`orientir run` follows a chain of runs: from announcements to what they have started, to the end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest

from orientir import chain as following
from orientir.airflow_api import AssetEvent, DagRun, TaskInstance
from orientir.chain import Chain, follow
from orientir.failures import InfrastructureError


def at(second: int) -> datetime:
    return datetime(2026, 7, 20, 4, 0, second, tzinfo=UTC)


class Airflow:
    """An Airflow in which time passes with every look: what it shows then is written down beforehand."""

    def __init__(
        self,
        looks: list[list[DagRun]],
        consumers: dict[str, set[str]],
        events: dict[str, list[AssetEvent] | None],
    ) -> None:
        self.looks = looks
        self._consumers = consumers
        self._events = events
        self.looked = 0
        self.asked: list[str] = []

    def consumers(self) -> dict[str, set[str]]:
        return self._consumers

    def latest_runs(self, dag_ids: Collection[str]) -> list[DagRun]:
        shown = self.looks[min(self.looked, len(self.looks) - 1)]
        self.looked += 1
        return [run for run in shown if run.dag_id in dag_ids]

    def events_from(self, run: DagRun) -> list[AssetEvent] | None:
        self.asked.append(run.dag_id)
        return self._events.get(run.dag_id, [])

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        return [TaskInstance("only", -1, "success" if run.is_finished else "running", 1, None)]

    def log(self, run: DagRun, task: TaskInstance) -> list[str]:
        return ["the cause"]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following.time, "sleep", lambda seconds: None)


def pull(state: str) -> DagRun:
    return DagRun("pull", "p", state, at(1))


def watch(airflow: Airflow, first: DagRun, **options: Any) -> tuple[Chain, list[tuple[str, str]]]:
    chain, reports = Chain(), []
    chain.add([first])
    follow(
        airflow,  # type: ignore[arg-type]
        chain,
        lambda run, done, total: reports.append((run.dag_id, run.state)),
        lambda: None,
        **options,
    )
    return chain, reports


def test_it_follows_an_announcement_to_the_run_that_was_made_after_it() -> None:
    earlier = DagRun("build", "of yesterday", "success", at(0))
    queued = DagRun("build", "b", "queued", at(12))
    airflow = Airflow(
        [
            [pull("running"), earlier],
            [pull("success"), earlier, queued],
            [pull("success"), earlier, DagRun("build", "b", "running", at(12))],
            [pull("success"), earlier, DagRun("build", "b", "success", at(12))],
        ],
        {"submissions": {"build"}},
        {"pull": [AssetEvent("submissions", at(10))]},
    )
    chain, reports = watch(airflow, pull("queued"))
    assert set(chain.runs) == {("pull", "p"), ("build", "b")}
    assert reports == [
        ("pull", "running"),
        ("pull", "success"),
        ("build", "running"),
        ("build", "success"),
    ]
    assert airflow.asked == ["pull", "build"], "what a run has announced is asked for once"


def test_while_airflow_cannot_show_announcements_it_asks_again() -> None:
    airflow = Airflow(
        [[pull("success")], [pull("success")], [pull("success"), DagRun("build", "b", "success", at(12))]],
        {"submissions": {"build"}},
        {"pull": None},
    )
    answers = iter([None, [AssetEvent("submissions", at(10))]])
    airflow.events_from = lambda run: next(answers, [])  # type: ignore[method-assign]
    chain, _ = watch(airflow, pull("queued"))
    assert ("build", "b") in chain.runs


def test_what_is_aside_is_not_waited_for() -> None:
    airflow = Airflow(
        [[pull("success"), DagRun("portal", "q", "queued", at(11))]],
        {"submissions": {"portal"}},
        {"pull": [AssetEvent("submissions", at(10))]},
    )
    chain, _ = watch(airflow, pull("queued"), aside=["portal"])
    assert [run.dag_id for run in chain.unfinished()] == ["portal"]


def test_a_run_that_was_made_before_the_announcement_is_no_answer() -> None:
    """It may not have begun yet: Airflow still makes another one for the announcement when it has ended."""
    before = DagRun("portal", "q", "queued", at(9))
    airflow = Airflow(
        [
            [pull("success"), before],
            [pull("success"), DagRun("portal", "q", "success", at(9))],
            [pull("success"), DagRun("portal", "r", "success", at(13))],
        ],
        {"submissions": {"portal"}},
        {"pull": [AssetEvent("submissions", at(10))]},
    )
    chain, _ = watch(airflow, pull("queued"))
    assert ("portal", "r") in chain.runs
    assert airflow.looked == 3


def test_a_failed_run_ends_it_with_the_end_of_the_log() -> None:
    airflow = Airflow([[pull("failed")]], {}, {})
    airflow.tasks = lambda run: [TaskInstance("read", 3, "failed", 2, "S1")]  # type: ignore[method-assign]
    with pytest.raises(InfrastructureError, match=r"(?s)pull failed.*task read\[S1\], try 2.*the cause"):
        watch(airflow, pull("queued"))


def test_an_announcement_that_starts_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "START_SECONDS", -1.0)
    airflow = Airflow(
        [[pull("success"), DagRun("build", "of yesterday", "success", at(0))]],
        {"submissions": {"build"}},
        {"pull": [AssetEvent("submissions", at(10))]},
    )
    with pytest.raises(InfrastructureError, match="pull has ended, but build did not start"):
        watch(airflow, pull("queued"))
