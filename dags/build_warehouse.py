"""Airflow DAG: dbt, layer by layer, and what its rules found."""

from __future__ import annotations

from typing import Any

from airflow.sdk import task
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters
from dags.assets import DECISIONS, MARTS
from dags.defaults import chain_tasks, orientir_dag
from dags.layers import layer_operators

DOC = """\
### Сборка хранилища

Запускается, когда приняты решения по отчётам.

1. **plan** — сравнивает отпечаток входа (решения, реестр, проект dbt, момент «по состоянию на») с последней
   удачной сборкой. Если он тот же, слои пропускаются. Если часть отчётов ещё проверяется, слои тоже
   пропускаются: сборку запустит следующее решение. Здесь же решается, собирать ли всё заново или только
   учебные годы организаций, в которых что-то изменилось; причина — в журнале задачи и в `ledger.build`;
2. **reference_and_staging … rules_and_public** — слои dbt по порядку, по два в задаче: справочники и приём,
   связи и факты, показатели и рейтинги, правила и публичные витрины; в каждом слое сразу выполняются его
   проверки;
3. **collect_findings** — переносит замечания правил dbt в журнал и записывает сборку;
4. **announce** — сообщает о витринах; после этого запускаются `publish_quality_portal` и `publish_feedback`.

Вручную: `orientir build`, всё заново — `orientir build --full-refresh`. Параметр `as_of` собирает витрины на
прошлый момент.
"""

with orientir_dag(
    "build_warehouse",
    title="Сборка хранилища: слои dbt, показатели, рейтинги",
    doc_md=DOC,
    tags=["build", "dbt"],
    schedule=[DECISIONS],
    params={"as_of": parameters.as_of()},
) as dag:

    @task.short_circuit(
        ignore_downstream_trigger_rules=False,
        doc_md="Нужна ли сборка: сравнить отпечаток входа с последней удачной сборкой.",
    )
    def plan(params: ParamsDict, dag_run: Any) -> dict[str, str] | None:
        from orientir import build

        return build.plan(params["as_of"], wait_for_validation=dag_run.run_type == "asset_triggered")

    @task(doc_md="Перенести замечания правил dbt в журнал и записать сборку.")
    def collect_findings(planned: dict[str, str]) -> int:
        from orientir import build

        return build.finish(planned)

    @task(
        outlets=[MARTS],
        trigger_rule="none_failed",
        doc_md="Сообщить о витринах: запускает портал и дополнение протоколов.",
    )
    def announce(*, outlet_events: Any) -> None:
        from airflow.sdk.exceptions import AirflowSkipException

        from orientir import build

        built = build.current()
        if not built:
            # The very first build may have to wait for a validation: there is nothing to show of it yet.
            raise AirflowSkipException("nothing has been built yet")
        outlet_events[MARTS].extra = built

    planned = plan()
    chain_tasks(planned, *layer_operators(), collect_findings(planned), announce())
