"""What the publishing DAGs do with an answer, and when there is nothing new."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from orientir import steps
from publish.approval import ApprovalError, ReturnedError, UndecidedError

if TYPE_CHECKING:
    from airflow.sdk import DAG

RELEASE_ID = "annual_reference/tyumen/2025-2026/abababababab"
RETURNED = {
    "decision": "returned",
    "by": "Заместитель министра",
    "on": "20.07.2026 09:00",
    "comment": "нет раздела об инклюзии",
}
APPROVED = {**RETURNED, "decision": "approved", "on": "21.07.2026 10:30", "comment": ""}
DRAFT: dict[str, Any] = {
    "draft_id": f"draft/{RELEASE_ID}",
    "release_id": RELEASE_ID,
    "region_code": "tyumen",
    "school_year": "2025-2026",
    "is_released": False,
    "files": ["drafts/reference.docx"],
    "decisions": [RETURNED],
}


def package(recipient: str, *, released: bool, delivered: bool) -> dict[str, Any]:
    return {
        "folder": f"extracts/{recipient}",
        "release_id": f"extract/tyumen/2026-Q2/{recipient}",
        "recipient": recipient,
        "is_released_now": released,
        "is_delivered_now": delivered,
    }


def call(dags: dict[str, DAG], dag_id: str, task_id: str, *args: Any) -> Any:
    """What a task of Python does."""
    task: Any = dags[dag_id].task_dict[task_id]
    return task.python_callable(*args)


def test_a_reference_that_is_released_already_is_not_asked_for_again(
    dags: dict[str, DAG], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log says which release it is, who approved it and when; nothing after it runs."""
    from airflow.sdk.exceptions import AirflowSkipException

    released = {**DRAFT, "is_released": True, "decisions": [RETURNED, APPROVED]}
    monkeypatch.setattr(steps, "draft_reference", lambda *_: released)
    params = {"school_year": None, "as_of": None}
    with pytest.raises(AirflowSkipException) as skipped:
        call(dags, "annual_reference", "reference.draft", "tyumen", params)
    said = str(skipped.value)
    assert RELEASE_ID in said
    assert "Возвращена 20.07.2026 09:00, Заместитель министра: «нет раздела об инклюзии»." in said
    assert "Утверждена 21.07.2026 10:30, Заместитель министра." in said
    monkeypatch.setattr(steps, "draft_reference", lambda *_: DRAFT)
    assert call(dags, "annual_reference", "reference.draft", "tyumen", params) == DRAFT


def test_extracts_that_were_delivered_already_are_not_announced(
    dags: dict[str, DAG], monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    known = [package(code, released=False, delivered=False) for code in ("open_data", "labour_department")]
    monkeypatch.setattr(steps, "publish_extracts", lambda *_: known)
    params = {"period": None, "as_of": None}
    with pytest.raises(AirflowSkipException) as skipped:
        call(dags, "publish_extracts", "publish", "tyumen", params)
    for one in known:
        assert f"{one['release_id']} ({one['recipient']})" in str(skipped.value)
    # What was released before and arrives only now is news as well.
    late = package("education_ministry", released=False, delivered=True)
    monkeypatch.setattr(steps, "publish_extracts", lambda *_: [*known, late])
    assert call(dags, "publish_extracts", "publish", "tyumen", params) == [late["release_id"]]


def test_the_portal_is_told_only_when_something_was_released(dags: dict[str, DAG]) -> None:
    """One region's news is enough; where every region was skipped, the announcement is, too."""
    for dag_id in ("annual_reference", "publish_extracts"):
        announce = dags[dag_id].task_dict["announce"]
        assert announce.trigger_rule.value == "none_failed_min_one_success"


def test_the_question_says_what_was_decided_before(dags: dict[str, DAG]) -> None:
    from airflow.providers.standard.operators import hitl

    question: Any = dags["annual_reference"].task_dict["reference.approve"]
    kept = {name: getattr(question, name) for name in ("draft", "body", "subject")}
    asked: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hitl.HITLOperator, "execute", lambda self, _: asked.update(vars(self)))
        try:
            question.draft = DRAFT
            question.execute({"params": {"approval": "ask"}})
            assert asked["subject"] == "Утвердить годовую справку: Тюменская область, 2025-2026"
            assert "Возвращена 20.07.2026 09:00" in asked["body"]
            assert "«нет раздела об инклюзии»" in asked["body"]
            assert "drafts/reference.docx" in asked["body"]
            question.draft = {**DRAFT, "decisions": []}
            question.execute({"params": {"approval": "ask"}})
            assert "Возвращена" not in asked["body"]
        finally:
            vars(question).update(kept)


@pytest.fixture
def question(dags: dict[str, DAG]) -> Iterator[Any]:
    """The task that asks, about the draft."""
    asking: Any = dags["annual_reference"].task_dict["reference.approve"]
    kept = asking.draft
    asking.draft = DRAFT
    yield asking
    asking.draft = kept


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """What was written down in the ledger."""
    written: list[tuple[object, ...]] = []
    monkeypatch.setattr(steps, "decide_draft", lambda *decision: written.append(decision))
    return written


def answer(question: Any, option: str, words: str) -> Any:
    """Airflow passes on what a person has answered."""
    return question.execute_complete(
        {},
        {
            "chosen_options": [option],
            "params_input": {"comment": words},
            "responded_at": datetime(2026, 7, 20, tzinfo=UTC),
            "responded_by_user": {"id": "ivanova", "name": "ivanova"},
        },
    )


def test_a_return_without_a_comment_is_asked_again(question: Any, decided: list[tuple[object, ...]]) -> None:
    from airflow.sdk.exceptions import AirflowException, AirflowFailException

    with pytest.raises(AirflowException, match="с комментарием") as refused:
        answer(question, "Вернуть", "  ")
    # An error that Airflow tries again: the next try puts the question anew.
    assert not isinstance(refused.value, AirflowFailException)
    assert question.retries > 2
    assert decided == []


def test_an_answer_is_written_down_by_the_task_that_has_asked(
    question: Any, decided: list[tuple[object, ...]]
) -> None:
    answer(question, "Вернуть", " поправьте ")
    answer(question, "Утвердить", "")
    draft = DRAFT["draft_id"]
    assert decided == [(draft, "returned", "ivanova", "поправьте"), (draft, "approved", "ivanova", "")]


def test_an_answer_that_cannot_be_taken_fails_at_once(question: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer draft, or an approval meanwhile: the same answer would be refused at every try."""
    from airflow.sdk.exceptions import AirflowFailException

    def refuse(*_: object) -> None:
        raise ApprovalError("a newer draft has taken its place")

    monkeypatch.setattr(steps, "decide_draft", refuse)
    with pytest.raises(AirflowFailException, match="a newer draft"):
        answer(question, "Утвердить", "")


def test_what_is_released_follows_from_the_ledger_and_not_from_what_tasks_pass_on(
    dags: dict[str, DAG], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may write Airflow's XComs, or mark a task as successful, approves nothing by that."""
    from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

    release: Any = dags["annual_reference"].task_dict["reference.release"]
    assert release.upstream_task_ids == {"reference.approve", "reference.draft"}
    assert "approve" not in str(release.op_args) + str(release.op_kwargs)
    outcome: list[Exception | str] = [
        UndecidedError("nobody has decided"), ReturnedError("returned"), RELEASE_ID,
    ]  # fmt: skip

    def released(draft_id: str) -> str:
        assert draft_id == DRAFT["draft_id"]
        told = outcome.pop(0)
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(steps, "release_draft", released)
    with pytest.raises(AirflowFailException, match="nobody has decided"):
        call(dags, "annual_reference", "reference.release", DRAFT)
    with pytest.raises(AirflowSkipException, match="ничего не выпущено"):
        call(dags, "annual_reference", "reference.release", DRAFT)
    assert call(dags, "annual_reference", "reference.release", DRAFT) == RELEASE_ID
