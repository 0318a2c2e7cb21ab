"""What every DAG has in common: owner, retries, limits."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from airflow.sdk import DAG, BaseOperator, Param

from dags.alerts import tell, tell_of_run

OWNER = "orientir"

# A failed connection heals in seconds, a restarted server in minutes: wait 10, 20, 40 s ... up to ten
# minutes.
DEFAULT_ARGS: dict[str, Any] = {
    "owner": OWNER,
    "retries": 2,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=10),
    "execution_timeout": timedelta(hours=2),
    "on_failure_callback": tell,
}


def orientir_dag(
    dag_id: str,
    *,
    title: str,
    doc_md: str,
    tags: list[str],
    schedule: Any,
    params: dict[str, Param] | None = None,
    runs_at_a_time: int = 1,
) -> DAG:
    """Open a DAG with the settings of the house.

    No catching up: every step is incremental, so one later run does the work of all that were missed. At most
    one run at a time, but for a DAG whose runs wait for people.
    """
    return DAG(
        dag_id=dag_id,
        dag_display_name=dag_id,
        description=title,
        doc_md=doc_md,
        default_args=DEFAULT_ARGS,
        tags=["orientir", *tags],
        catchup=False,
        max_active_runs=runs_at_a_time,
        on_failure_callback=tell_of_run,
        render_template_as_native_obj=True,
        schedule=schedule,
        params=params or {},
    )


def chain_tasks(*tasks: BaseOperator) -> None:
    """Run the tasks one after another."""
    for earlier, later in pairwise(tasks):
        earlier >> later
