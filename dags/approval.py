"""A person's decision on a draft, asked for in Airflow's pages."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from warehouse.settings import DEMO_APPROVER, get_settings

APPROVE, RETURN = "Утвердить", "Вернуть"
ASK, LATER, DEMO = "ask", "later", "demo"
# How often a question is put again that was answered by returning without a comment.
QUESTION_TRIES = 20
DEMO_COMMENT = "Утверждено автоматически: демонстрационный запуск"

BODY = """\
Проект: `{draft_id}`

{before}Файлы проекта, каждая страница с пометкой «ПРОЕКТ»:

{files}

**Утвердить** — справка станет выпуском и будет передана. **Вернуть** — напишите в комментарии, что исправить:
без комментария возврат не принимается, и вопрос появится здесь снова.

То же из командной строки: `orientir release approve {draft_id} --as ИМЯ` или
`orientir release return {draft_id} --as ИМЯ --comment "что исправить"`.
"""


def comment() -> Param:
    """The words that go with a decision."""
    return Param("", type="string", title="Комментарий", description="Обязателен, если справка возвращается.")


def told_of(decisions: list[dict[str, str]]) -> str:
    """What was decided on a draft, in words."""
    verbs = {"approved": "Утверждена", "returned": "Возвращена"}
    return " ".join(
        f"{verbs[one['decision']]} {one['on']}, {one['by']}"
        + (f": «{one['comment']}»." if one["comment"] else ".")
        for one in decisions
    )


class DraftApproval(HITLOperator):
    """Ask those who may approve. Until one answers, the task waits in Airflow's tables and holds no worker.

    `draft` is what `orientir.steps.draft_reference` has returned. The run's parameter `approval` may say that
    nobody is asked: `later` leaves the draft to the command line, `demo` has the demo's own role approve it,
    which only an installation for the demo knows.
    """

    template_fields = ("draft",)

    def __init__(self, *, draft: Any, **kwargs: Any) -> None:
        titles = get_settings().approver_titles
        super().__init__(
            subject="Утвердить годовую справку",
            options=[APPROVE, RETURN],
            assigned_users=[{"id": name, "name": title} for name, title in sorted(titles.items())],
            **kwargs,
        )
        self.draft = draft

    def execute(self, context: Any) -> Any:
        """Put the question and leave the worker."""
        if context["params"]["approval"] == LATER:
            raise AirflowSkipException(
                "В этом запуске никого не спрашивают: решение — из командной строки,"
                f" orientir release approve {self.draft['draft_id']} --as ИМЯ"
            )
        if context["params"]["approval"] == DEMO:
            return self.approve_by_demo()
        from ingest.sources.regions import region

        name, year = region(self.draft["region_code"]).name_ru, self.draft["school_year"]
        self.subject = f"Утвердить годовую справку: {name}, {year}"
        decisions = self.draft["decisions"]
        before = f"{told_of(decisions)} Содержание с тех пор не изменилось.\n\n" if decisions else ""
        files = "\n".join(f"- `{path}`" for path in self.draft["files"])
        self.body = BODY.format(draft_id=self.draft["draft_id"], files=files, before=before)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Write the answer down in the ledger.

        Airflow calls this with what one of the assigned users has answered, and with nothing else: a task
        that somebody marks as successful does not get here. Raises AirflowException when the draft is
        returned without a word: the question is put again.
        """
        answer = super().execute_complete(context, event)
        words = ((answer["params_input"] or {}).get("comment") or "").strip()
        if answer["chosen_options"] == [RETURN] and not words:
            raise AirflowException("Справка возвращается с комментарием: что исправить? Вопрос задан снова.")
        decision = "approved" if answer["chosen_options"] == [APPROVE] else "returned"
        self.decide(decision, answer["responded_by_user"]["id"], words)
        return answer

    def decide(self, decision: str, approver: str, words: str) -> None:
        """Raises AirflowFailException when it cannot be decided on so: no other try would do better."""
        from orientir import steps
        from publish.approval import ApprovalError

        try:
            steps.decide_draft(self.draft["draft_id"], decision, approver, words)
        except ApprovalError as error:
            raise AirflowFailException(str(error)) from error

    def approve_by_demo(self) -> None:
        """Approve in the name of the demo's role.

        Raises AirflowFailException where this role may not approve: what is not made up needs a person.
        """
        if DEMO_APPROVER not in get_settings().approver_titles:
            raise AirflowFailException(
                f"{DEMO_APPROVER} is none of ORIENTIR_APPROVERS: start the DAG with approval=ask"
            )
        self.log.info("approved automatically by the demo role %s", DEMO_APPROVER)
        self.decide("approved", DEMO_APPROVER, DEMO_COMMENT)
