"""Airflow DAG: the annual analytic reference of each region."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.definitions.param import ParamsDict

from dags import parameters, schedules
from dags.assets import RELEASES
from dags.defaults import orientir_dag

DOC = """\
### Годовая аналитическая справка

Раз в год, в июле, когда закрыты все формы учебного года, и по запросу: документ в DOCX, PDF и HTML только
из витрин — охват, итоги по направлениям, намерения выпускников, рейтинг, качество данных.

Вручную: `orientir publish reference --region chelyabinsk --school-year 2025-2026`.
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
    },
) as dag:

    @task(doc_md="По каким регионам готовить справку.")
    def plan(params: ParamsDict) -> list[str]:
        from orientir import steps

        return steps.regions(params["region"])

    @task(doc_md="Подготовить справку одного региона.", map_index_template="{{ task.op_kwargs['region'] }}")
    def publish(region: str, params: ParamsDict) -> list[str]:
        from orientir import steps

        return steps.publish_reference(region, params["school_year"], params["as_of"])

    @task(outlets=[RELEASES], doc_md="Сообщить о выпуске: портал покажет его.")
    def announce() -> None:
        """Tasks have nothing more to say: the asset is announced by their success."""

    publish.expand(region=plan()) >> announce()
