"""Airflow DAG: extracts for the ministry's channel."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters, schedules
from dags.assets import RELEASES
from dags.defaults import orientir_dag

DOC = """\
### Выгрузки для министерства

Каждый месяц, после того как сданы и проверены месячные формы: каждому получателю — его витрины за месяц и,
когда кончился квартал, за квартал. Кто что получает, сказано в exposures проекта dbt. CSV, XLSX и Parquet,
описание `datapackage.json`, словарь, контрольные суммы и подпись. Готовая выгрузка больше не меняется;
исправления выходят новой редакцией рядом, с отдельным пакетом изменений. Что доставлено, второй раз не
отправляется: если ничего не изменилось, задача региона пропущена, а её журнал называет прежние выгрузки.
Если за учебный год закрыто всё (малые числа иначе не закрыть), задача не выполнена и говорит, что делать.

Вручную: `orientir publish extract --region chelyabinsk --period 2026-Q2`.
"""

with orientir_dag(
    "publish_extracts",
    title="Выгрузки для министерства",
    doc_md=DOC,
    tags=["publish", "extract"],
    schedule=schedules.timetable(schedules.EXTRACTS),
    params={
        "region": parameters.region(),
        "period": parameters.extract_period(),
        "as_of": parameters.as_of(),
    },
) as dag:

    @task(doc_md="По каким регионам выгружать.")
    def plan(params: ParamsDict) -> list[str]:
        from orientir import steps

        return steps.regions(params["region"])

    @task(
        doc_md="Собрать и доставить выгрузки одного региона.",
        map_index_template="{{ task.op_kwargs['region'] }}",
    )
    def publish(region: str, params: ParamsDict) -> list[str]:
        from airflow.sdk.exceptions import AirflowSkipException

        from orientir import steps

        published = steps.publish_extracts(region, params["period"], params["as_of"])
        fresh = [one["release_id"] for one in published if one["is_released_now"] or one["is_delivered_now"]]
        if not fresh:
            known = ", ".join(f"{one['release_id']} ({one['recipient']})" for one in published)
            raise AirflowSkipException(
                f"С прошлой выгрузки данные не изменились: всё уже выпущено и доставлено. Это {known}"
            )
        return fresh

    @task(
        outlets=[RELEASES],
        # Where no region has anything new, nothing is announced.
        trigger_rule="none_failed_min_one_success",
        doc_md="Сообщить о выпуске: портал покажет его.",
    )
    def announce() -> None:
        """Tasks have nothing more to say: the asset is announced by their success."""

    publish.expand(region=plan()) >> announce()
