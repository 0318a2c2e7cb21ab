"""Read by every Airflow process at its start.

What forks the processes of tasks, the scheduler here and Celery's workers in the deployment, imports the
libraries once: its tasks need not import them again. dbt costs two seconds a task otherwise, Great
Expectations five. The other components never run a task and load nothing here. A run that expects no work
leaves the heavy ones aside: `orientir run` says so when nothing waits and the marts are up to date.
"""

import gc
import logging
import os
import sys
from importlib import import_module

# What every task needs.
COMMON = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "cosmos.operators.local",
    "holidays.countries.russia",
    "ingest.calendar.obligations",
    "ingest.pull",
    "orientir.steps",
    "stdnum.ru.inn",
    "stdnum.ru.ogrn",
)
# What reading, checking and building need.
HEAVY = (
    "dbt.adapters.postgres",
    "dbt.cli.main",
    "great_expectations",
    "expectations.run",
    "ingest.readers.read",
)

# Python looks for unreachable cycles after every 700 new objects. Here nearly everything that is imported,
# parsed or read stays: docs/adr/0010-orchestration.md. Tasks inherit this.
gc.set_threshold(50_000, 20, 20)

# Great Expectations tells of every function that it registers.
logging.getLogger("great_expectations").setLevel(logging.WARNING)

if sys.argv[1:2] == ["scheduler"] or sys.argv[1:3] == ["celery", "worker"]:
    expects_work = os.environ.get("ORIENTIR_PRELOAD", "1") == "1"
    for module in (*COMMON, *HEAVY) if expects_work else COMMON:
        import_module(module)
    if expects_work:
        import_module("orientir.warm_up").warm_up()
