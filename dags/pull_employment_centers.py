"""Airflow DAG: what employment centres send."""

from __future__ import annotations

from dags.pull_factory import Senders, pull_dag

dag = pull_dag(
    Senders(kind="employment_center", dag_id="pull_employment_centers", name_ru="центры занятости населения")
)
