"""Airflow DAG: data-quality report, portal and dbt documentation."""

from __future__ import annotations

from airflow.sdk import task

from dags.assets import MARTS
from dags.defaults import orientir_dag

DOC = """\
### Портал качества данных

Запускается после сборки витрин: отчёт о качестве данных, отчётная дисциплина, отклонённые отчёты и
документация хранилища — статические страницы, которые открываются без сети.

Если витрины не менялись с прошлого выпуска, портал остаётся прежним.
Вручную: `orientir publish portal`.
"""

with orientir_dag(
    "publish_quality_portal",
    title="Портал качества данных",
    doc_md=DOC,
    tags=["publish", "quality"],
    schedule=[MARTS],
) as dag:

    @task(doc_md="Собрать портал из витрин и замечаний.")
    def publish_portal() -> list[str]:
        from orientir import steps

        return steps.publish_portal()

    publish_portal()
