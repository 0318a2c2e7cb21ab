"""Airflow DAG: what schools send."""

from __future__ import annotations

from dags.pull_factory import Senders, pull_dag

dag = pull_dag(Senders(kind="school", dag_id="pull_schools", name_ru="школы"))
