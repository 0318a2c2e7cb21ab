"""Airflow DAG: data-quality report, portal and dbt documentation."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.definitions.asset import AssetAny

from dags.assets import MARTS, RELEASES
from dags.defaults import orientir_dag

DOC = """\
### Портал качества данных

Запускается после сборки витрин и после выпуска справки или выгрузки: отчёт о качестве данных, отчётная
дисциплина, отклонённые отчёты и документация хранилища — статические страницы, которые открываются без
сети.

Если ничего из этого не менялось, портал остаётся прежним.
Вручную: `orientir publish portal`.
"""

with orientir_dag(
    "publish_quality_portal",
    title="Портал качества данных",
    doc_md=DOC,
    tags=["publish", "quality"],
    schedule=AssetAny(MARTS, RELEASES),
) as dag:

    @task(doc_md="Собрать портал из витрин и замечаний.")
    def publish_portal() -> list[str]:
        from orientir import steps

        return steps.publish_portal()

    publish_portal()
