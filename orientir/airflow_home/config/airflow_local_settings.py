"""Read by every Airflow process at its start.

What forks the processes of tasks, the scheduler here and Celery's workers in the deployment, imports the
heavy libraries once: its tasks need not import them again. dbt costs two seconds a task otherwise, Great
Expectations five. The other components never run a task and load nothing here, and neither does a run that
expects no work: `orientir run` says so when nothing waits and the marts are up to date.
"""

import logging
import os
import sys
from importlib import import_module

PRELOADED = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "cosmos.operators.local",
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "great_expectations",
    "expectations.run",
    "holidays.countries.russia",
    "stdnum.ru.inn",
    "stdnum.ru.ogrn",
    "ingest.calendar.obligations",
    "ingest.pull",
    "ingest.readers.read",
    "orientir.steps",
)

# Great Expectations tells of every function that it registers.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

forks_tasks = sys.argv[1:2] == ["scheduler"] or sys.argv[1:3] == ["celery", "worker"]
if forks_tasks and os.environ.get("ORIENTIR_PRELOAD", "1") == "1":
    for module in PRELOADED:
        import_module(module)
