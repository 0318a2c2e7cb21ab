"""What Airflow's processor needs of the DAG files, and what a person needs of the DAGs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from orientir import steps
from tests.dags.conftest import DAGS_FOLDER, dag_files
from warehouse.yaml_files import read_yaml

if TYPE_CHECKING:
    from airflow.sdk import DAG

PROBE = Path(__file__).with_name("parse_probe.py")
PARSE_SECONDS = 2.0
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
EXPECTED = {
    "pull_schools",
    "pull_employment_centers",
    "pull_spo_colleges",
    "pull_municipal_authorities",
    "validate_submissions",
    "build_warehouse",
    "publish_feedback",
    "publish_quality_portal",
    "publish_extracts",
    "annual_reference",
}


def parse_all() -> dict[str, Any]:
    """Parse every DAG file in a fresh process."""
    done = subprocess.run(
        [sys.executable, str(PROBE), *map(str, dag_files())],
        capture_output=True,
        text=True,
        check=False,
        cwd=DAGS_FOLDER.parent,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    parsed: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {Path(path).name: found for path, found in parsed.items()}


@pytest.fixture(scope="module")
def probes() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Two parses of every file, in two processes."""
    first, second = parse_all(), parse_all()
    return {name: (first[name], second[name]) for name in first}


def test_there_is_one_file_per_dag_and_it_bears_its_name(dags: dict[str, DAG]) -> None:
    assert set(dags) == EXPECTED
    assert {path.stem for path in dag_files()} == EXPECTED


def test_no_file_starts_with_dbt() -> None:
    assert not [path.name for path in DAGS_FOLDER.glob("dbt_*")]


def test_every_file_is_parsed_within_two_seconds(probes: dict[str, Any]) -> None:
    # The quicker of two: the other may have waited for a busy machine.
    slow = {name: both for name, both in probes.items() if min(p["seconds"] for p in both) > PARSE_SECONDS}
    assert not slow, {name: [p["seconds"] for p in both] for name, both in slow.items()}


def test_parsing_opens_no_connection_starts_no_process_and_writes_nothing(probes: dict[str, Any]) -> None:
    assert {name: both[0]["touched"] for name, both in probes.items() if both[0]["touched"]} == {}


def test_two_parses_give_the_same_dag(probes: dict[str, Any]) -> None:
    for name, (first, second) in probes.items():
        assert first["dag"] == second["dag"], name


def test_every_dag_says_in_russian_what_it_does(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        assert dag.doc_md and CYRILLIC.search(dag.doc_md), dag.dag_id
        assert dag.description and CYRILLIC.search(dag.description), dag.dag_id
        for task in dag.tasks:
            assert task.doc_md and CYRILLIC.search(task.doc_md), (dag.dag_id, task.task_id)


def test_every_dag_names_the_command_that_does_the_same(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        assert "`orientir " in (dag.doc_md or ""), dag.dag_id


def test_every_task_has_an_owner_and_is_retried_with_growing_pauses(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        assert {"orientir"} < set(dag.tags), dag.dag_id
        for task in dag.tasks:
            assert task.owner == "orientir"
            assert task.retries >= 2, (dag.dag_id, task.task_id)
            assert task.retry_exponential_backoff, (dag.dag_id, task.task_id)


def test_every_dag_runs_once_at_a_time_and_does_not_catch_up(dags: dict[str, DAG]) -> None:
    """But for the one whose runs wait for people: an open question holds up no other region or year."""
    for dag in dags.values():
        assert dag.max_active_runs == (16 if dag.dag_id == "annual_reference" else 1), dag.dag_id
        assert dag.catchup is False, dag.dag_id


def test_every_parameter_is_described_and_typed(dags: dict[str, DAG]) -> None:
    for dag in dags.values():
        for name in dag.params:
            schema = dag.params.get_param(name).schema
            assert schema.get("type"), (dag.dag_id, name)
            assert CYRILLIC.search(schema.get("title", "")), (dag.dag_id, name)
            assert CYRILLIC.search(dag.params.get_param(name).description or ""), (dag.dag_id, name)


@pytest.mark.parametrize(
    ("dag_id", "name", "value"),
    [
        ("pull_schools", "region", "Челябинск"),
        ("publish_extracts", "period", "2026-Q5"),
        ("annual_reference", "school_year", "2025"),
        ("build_warehouse", "as_of", 5),
    ],
)
def test_a_parameter_refuses_what_it_cannot_mean(
    dags: dict[str, DAG], dag_id: str, name: str, value: object
) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises(ParamValidationError):
        dags[dag_id].params.get_param(name).resolve(value)


def test_pull_is_mapped_and_at_most_fifty_wide(dags: dict[str, DAG]) -> None:
    from pydantic import ValidationError

    from warehouse.settings import Settings

    for dag_id in EXPECTED:
        if dag_id.startswith("pull_"):
            assert dags[dag_id].task_dict["pull"].is_mapped
    with pytest.raises(ValidationError):
        Settings(shards=51)


def test_assets_chain_the_dags_from_the_pulls_to_the_portal(dags: dict[str, DAG]) -> None:
    announced = {
        dag_id: {outlet.name for task in dag.tasks for outlet in task.outlets} for dag_id, dag in dags.items()
    }
    conditions = {dag_id: getattr(dag.timetable, "asset_condition", None) for dag_id, dag in dags.items()}
    awaited = {
        dag_id: {asset.name for asset in condition.objects}
        for dag_id, condition in conditions.items()
        if hasattr(condition, "objects")
    }
    assert announced["pull_schools"] == {"submissions_school"}
    pulls = {name for dag_id, names in announced.items() if dag_id.startswith("pull_") for name in names}
    assert awaited == {
        "validate_submissions": pulls,
        "build_warehouse": {"decisions"},
        "publish_feedback": {"decisions", "marts"},
        "publish_quality_portal": {"marts", "releases"},
    }
    assert len(pulls) == 4
    assert announced["validate_submissions"] == {"decisions"}
    assert announced["build_warehouse"] == {"marts"}
    assert announced["publish_extracts"] == announced["annual_reference"] == {"releases"}


def test_layers_are_built_in_the_order_of_the_selectors(dags: dict[str, DAG]) -> None:

    path = DAGS_FOLDER.parent / "dbt_project" / "selectors.yml"
    selectors = read_yaml(path)
    names = [item["name"] for item in selectors["selectors"] if item["name"].startswith("layer_")]
    dag = dags["build_warehouse"]
    operators = [task for task in dag.topological_sort() if type(task).__name__ == "LayerOperator"]
    assert [tag.removeprefix("tag:") for task in operators for tag in task.select] == names
    tasks = ["plan", *(task.task_id for task in operators), "collect_findings", "announce"]
    for earlier, later in pairwise(tasks):
        assert later in dag.task_dict[earlier].downstream_task_ids


def test_a_reference_is_drafted_approved_released_and_delivered_for_each_region_by_itself(
    dags: dict[str, DAG],
) -> None:
    dag = dags["annual_reference"]
    steps = [f"reference.{name}" for name in ("draft", "approve", "release", "deliver")]
    for earlier, later in pairwise(["plan", *steps]):
        assert later in dag.task_dict[earlier].downstream_task_ids
        assert dag.task_dict[later].get_closest_mapped_task_group(), later
    assert "announce" in dag.task_dict["reference.deliver"].downstream_task_ids


def test_only_approvers_are_asked_and_the_question_holds_no_worker(dags: dict[str, DAG]) -> None:
    from airflow.providers.standard.operators.hitl import HITLOperator

    from warehouse.settings import get_settings

    question: Any = dags["annual_reference"].task_dict["reference.approve"]
    assert isinstance(question, HITLOperator)
    assert [user["id"] for user in question.assigned_users or ()] == sorted(get_settings().approver_titles)
    assert question.options == ["Утвердить", "Вернуть"]
    # A time limit of the task would end the waiting of a person.
    assert question.execution_timeout is None and question.response_timeout is None
    assert list(question.params) == ["comment"]


def test_the_demo_role_approves_only_where_it_may(
    dags: dict[str, DAG], monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

    from warehouse.settings import get_settings

    question: Any = dags["annual_reference"].task_dict["reference.approve"]
    monkeypatch.setattr(question, "draft", {"draft_id": None})
    decided: list[tuple[object, ...]] = []
    monkeypatch.setattr(steps, "decide_draft", lambda *decision: decided.append(decision[:3]))
    with pytest.raises(AirflowSkipException, match="из командной строки"):
        question.execute({"params": {"approval": "later"}})
    with pytest.raises(AirflowFailException, match="none of ORIENTIR_APPROVERS"):
        question.execute({"params": {"approval": "demo"}})
    monkeypatch.setenv("ORIENTIR_APPROVERS", "demo_approver=Роль демонстрации")
    get_settings.cache_clear()
    try:
        question.execute({"params": {"approval": "demo"}})
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert decided == [(None, "approved", "demo_approver")]
