"""Airflow DAG: check what was read, decide, tell the submitters."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task
from airflow.sdk.definitions.asset import AssetAny
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters
from dags.assets import DECISIONS, SUBMISSIONS
from dags.defaults import chain_tasks, orientir_dag

DOC = """\
### Проверка отчётов

Запускается, когда любой из приёмов сообщил о себе.

1. **plan** — какие формы ждут проверки;
2. **validate** — одна задача на форму: один прогон Great Expectations по всем её непроверенным отчётам,
   замечания, решение по каждому отчёту (принят, принят с замечаниями, отклонён);
3. **settle_unidentified** — решение по файлам, которые не удалось прочитать или опознать;
4. **write_feedback** — протоколы проверки для организаций;
5. **announce** — сообщает о решениях; после этого запускается `build_warehouse`.

Вручную: `orientir validate`, затем `orientir publish feedback`.
"""

with orientir_dag(
    "validate_submissions",
    title="Проверка отчётов и решения по ним",
    doc_md=DOC,
    tags=["validate"],
    schedule=AssetAny(*SUBMISSIONS.values()),
    params={"form": parameters.form()},
) as dag:

    @task(doc_md="Какие формы ждут проверки.")
    def plan(params: ParamsDict) -> list[str]:
        from orientir import steps

        return steps.forms_to_validate(params["form"])

    @task(
        doc_md="Проверить все ждущие отчёты одной формы.",
        map_index_template="{{ task.op_kwargs['form_code'] }}",
    )
    def validate(form_code: str) -> dict[str, Any]:
        from orientir import steps

        return steps.validate_form(form_code)

    @task(trigger_rule="none_failed", doc_md="Решить по файлам, которые не удалось опознать.")
    def settle_unidentified() -> int:
        from orientir import steps

        return steps.settle_unidentified()

    @task(doc_md="Записать протоколы проверки для организаций.")
    def write_feedback() -> int:
        from orientir import steps

        return steps.publish_feedback()

    @task(outlets=[DECISIONS], doc_md="Сообщить о решениях: запускает сборку хранилища.")
    def announce(*, outlet_events: Any) -> None:
        from orientir import steps

        outlet_events[DECISIONS].extra = steps.decisions()

    chain_tasks(validate.expand(form_code=plan()), settle_unidentified(), write_feedback(), announce())
