"""Airflow DAG: files of municipal education authorities."""

from __future__ import annotations

from dags.pull_factory import Senders, pull_dag

dag = pull_dag(
    Senders(
        kind="municipal_authority",
        dag_id="pull_municipal_authorities",
        name_ru="муниципальные органы управления образованием",
    )
)
