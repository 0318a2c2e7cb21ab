"""Airflow DAG: check what was read and decide."""

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

1. **plan** — какие формы ждут проверки; делит их между задачами поровну по объёму;
2. **validate** — на каждую форму один прогон Great Expectations по всем её непроверенным отчётам,
   замечания, решение по каждому отчёту (принят, принят с замечаниями, отклонён). Форма, правила которой
   нельзя вычислить, не мешает другим: они проверяются, а задача завершается ошибкой;
3. **settle_unidentified** — решение по файлам, которые не удалось прочитать или опознать;
4. **announce** — сообщает о решениях; после этого запускаются `build_warehouse` и `publish_feedback`.

Вручную: `orientir validate`.
"""

with orientir_dag(
    "validate_submissions",
    title="Проверка отчётов и решения по ним",
    doc_md=DOC,
    tags=["validate"],
    schedule=AssetAny(*SUBMISSIONS.values()),
    params={"form": parameters.form()},
) as dag:

    @task(doc_md="Какие формы ждут проверки и какие из них проверять одной задачей.")
    def plan(params: ParamsDict) -> list[list[str]]:
        from orientir import steps

        return steps.plan_validation(params["form"])

    @task(
        doc_md="Проверить все ждущие отчёты нескольких форм.",
        map_index_template="{{ task.op_kwargs['form_codes'] | join(', ') }}",
    )
    def validate(form_codes: list[str]) -> list[dict[str, Any]]:
        from orientir import steps

        return steps.validate_forms(form_codes)

    @task(trigger_rule="none_failed", doc_md="Решить по файлам, которые не удалось опознать.")
    def settle_unidentified() -> int:
        from orientir import steps

        return steps.settle_unidentified()

    @task(outlets=[DECISIONS], doc_md="Сообщить о решениях: запускает сборку хранилища и протоколы.")
    def announce(*, outlet_events: Any) -> None:
        from orientir import steps

        outlet_events[DECISIONS].extra = steps.decisions()

    chain_tasks(validate.expand(form_codes=plan()), settle_unidentified(), announce())
