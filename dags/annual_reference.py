"""Airflow DAG: the annual analytic reference of each region, from draft to delivery."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, task, task_group
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters, schedules
from dags.approval import ASK, DEMO, LATER, QUESTION_TRIES, DraftApproval, comment, told_of
from dags.assets import RELEASES
from dags.defaults import orientir_dag

# A question may lie open for months; the runs of other regions and years do not wait for its answer.
RUNS_THAT_WAIT = 16

DOC = """\
### Годовая аналитическая справка

Раз в год, в июле, когда закрыты все формы учебного года, и по запросу. Для каждого региона отдельно:

1. **draft** — проект справки в DOCX, PDF и HTML только из витрин, с пометкой «ПРОЕКТ» на каждой странице.
   Если справка с этим содержанием уже выпущена, дальше делать нечего: задачи региона пропущены, никого не
   спрашивают;
2. **approve** — решение человека: утвердить или вернуть с комментарием (страница «Required Actions»). Решать
   могут только утверждающие (`ORIENTIR_APPROVERS`). Пока решения нет, задача ничего не занимает, и другие
   запуски её не ждут. Проект, который сменился новым, утвердить нельзя;
   Решение сразу записывается в журнал: кто, когда, что сказал;
3. **release** — справка, утверждённая по журналу: тот же документ без пометки;
4. **deliver** — передача в папку: один раз, рядом с прежними.

Вручную: `orientir publish reference --region chelyabinsk --school-year 2025-2026`, затем
`orientir release approve` или `orientir release return`.
"""

with orientir_dag(
    "annual_reference",
    title="Годовая аналитическая справка",
    doc_md=DOC,
    tags=["publish", "reference"],
    schedule=schedules.timetable(schedules.ANNUAL_REFERENCE),
    params={
        "region": parameters.region(),
        "school_year": parameters.school_year(),
        "as_of": parameters.as_of(),
        "approval": Param(
            ASK,
            type="string",
            enum=[ASK, LATER, DEMO],
            title="Утверждение",
            description=(
                "ask — спросить утверждающих в Airflow; later — только проект, утверждение потом; "
                "demo — утвердить ролью demo_approver, если она здесь есть."
            ),
        ),
    },
    runs_at_a_time=RUNS_THAT_WAIT,
) as dag:

    @task(doc_md="По каким регионам готовить справку.")
    def plan(params: ParamsDict) -> list[str]:
        from orientir import steps

        return steps.regions(params["region"])

    @task_group
    def reference(region: str) -> None:
        """One region does not wait for another's approval."""

        @task(doc_md="Подготовить проект справки региона.")
        def draft(region: str, params: ParamsDict) -> dict[str, Any]:
            from airflow.sdk.exceptions import AirflowSkipException

            from orientir import steps

            drafted = steps.draft_reference(region, params["school_year"], params["as_of"])
            if drafted["is_released"]:
                raise AirflowSkipException(
                    f"Справка с этим содержанием уже выпущена: {drafted['release_id']}."
                    f" {told_of(drafted['decisions'])} Данные с тех пор не изменились, решать нечего."
                )
            return drafted

        @task(doc_md="Выпустить справку, если журнал говорит, что она утверждена.")
        def release(drafted: dict[str, Any]) -> str:
            from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

            from orientir import steps
            from publish.approval import ApprovalError, ReturnedError

            try:
                return steps.release_draft(drafted["draft_id"])
            except ReturnedError as error:
                raise AirflowSkipException(
                    f"Проект {drafted['draft_id']} возвращён, ничего не выпущено. Когда замечание учтено,"
                    " запустите этот DAG снова: он подготовит новый проект."
                ) from error
            except ApprovalError as error:
                # It would fail again: somebody has to look at the draft as it is now.
                raise AirflowFailException(str(error)) from error

        @task(doc_md="Передать выпуск в папку.")
        def deliver(release_id: str) -> str:
            from orientir import steps

            return steps.deliver_release(release_id)

        drafted = draft(region)
        approve = DraftApproval(
            task_id="approve",
            draft=drafted,
            params={"comment": comment()},
            # An answer that cannot be taken puts the question again.
            retries=QUESTION_TRIES,
            # A person may take days.
            execution_timeout=None,
            doc_md="Решение утверждающего: утвердить или вернуть с комментарием.",
        )
        released = release(drafted)
        # What has been decided is asked of the ledger: what tasks pass on could be written by others.
        approve >> released
        deliver(released)

    @task(
        outlets=[RELEASES],
        # Where nothing was released, nothing is announced.
        trigger_rule="none_failed_min_one_success",
        doc_md="Сообщить о выпуске: портал покажет его.",
    )
    def announce() -> None:
        """Tasks have nothing more to say: the asset is announced by their success."""

    reference.expand(region=plan()) >> announce()
