"""One shape for every pull DAG: plan the shards, pull each, announce what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from airflow.sdk import DAG, Asset, task
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters, schedules
from dags.assets import SUBMISSIONS
from dags.defaults import orientir_dag

DOC = """\
### Приём отчётов: {senders}

Забирает новые файлы из каналов ({senders}), кладёт их без изменений в хранилище, читает и загружает строки
в схему `raw`.

1. **plan** — обновляет реестр и обязательства, делит организации не более чем на 50 частей;
2. **pull** — по одной задаче на часть: список → получение → хранилище → квитанция → чтение → загрузка;
3. **announce** — сообщает, что пришло; после этого запускается `validate_submissions`.

Повторный запуск ничего не меняет: файл хранится один раз под своей контрольной суммой.
Вручную то же самое делает команда `orientir pull --kind {kind}`.
"""


@dataclass(frozen=True)
class Senders:
    """One kind of organisation that reports."""

    kind: str
    dag_id: str
    name_ru: str


def pull_dag(senders: Senders) -> DAG:
    """Build the pull DAG of one kind of organisation."""
    kind = senders.kind
    asset: Asset = SUBMISSIONS[kind]
    with orientir_dag(
        senders.dag_id,
        title=f"Приём отчётов: {senders.name_ru}",
        doc_md=DOC.format(senders=senders.name_ru, kind=kind),
        tags=["pull", kind],
        schedule=schedules.timetable(schedules.PULLS[kind]),
        params={"region": parameters.region()},
    ) as dag:

        @task(doc_md="Обновить реестр и обязательства, разделить организации на части.")
        def plan(params: ParamsDict) -> list[dict[str, Any]]:
            from orientir import steps

            return steps.plan_pull(kind, params["region"])

        @task(
            doc_md="Забрать, сохранить, прочитать и загрузить файлы одной части.",
            map_index_template="{{ task.op_kwargs['shard']['label'] }}",
        )
        def pull(shard: dict[str, Any]) -> dict[str, Any]:
            from orientir import steps

            return steps.pull_shard(shard)

        @task(
            outlets=[asset],
            trigger_rule="none_failed",
            doc_md="Сообщить, что принято: запускает проверку.",
        )
        def announce(*, outlet_events: Any) -> None:
            from orientir import steps

            outlet_events[asset].extra = steps.intake(kind)

        pull.expand(shard=plan()) >> announce()
    return dag
