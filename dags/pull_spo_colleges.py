"""Airflow DAG: what colleges send."""

from __future__ import annotations

from dags.pull_factory import Senders, pull_dag

dag = pull_dag(Senders(kind="spo_college", dag_id="pull_spo_colleges", name_ru="колледжи и техникумы (СПО)"))
