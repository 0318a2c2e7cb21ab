"""Airflow DAG: protocols for the organisations."""

from __future__ import annotations

from airflow.sdk import task
from airflow.sdk.definitions.asset import AssetAny

from dags.assets import DECISIONS, MARTS
from dags.defaults import orientir_dag

DOC = """\
### Протоколы проверки

Запускается, когда приняты решения по отчётам, и ещё раз после сборки витрин: правила dbt находят то, чего не
видно в одном отчёте. По каждому решению — протокол с квитанцией; если есть что исправить, рядом лежит книга
с копией листов отправителя. Сборка витрин протоколов не ждёт.

Протокол, который уже есть и не изменился, не переписывается.
Вручную: `orientir publish feedback`.
"""

with orientir_dag(
    "publish_feedback",
    title="Протоколы проверки для организаций",
    doc_md=DOC,
    tags=["publish", "feedback"],
    schedule=AssetAny(DECISIONS, MARTS),
) as dag:

    @task(doc_md="Записать протоколы, которых ещё нет.")
    def write_feedback() -> int:
        from orientir import steps

        return steps.publish_feedback()

    write_feedback()
