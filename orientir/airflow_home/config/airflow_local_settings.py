"""Read by every Airflow process at its start.

What forks the processes of tasks, the scheduler here and Celery's workers in the deployment, imports the heavy
libraries once: its tasks need not import them again. dbt costs two seconds a task otherwise, Great Expectations
five. The other components never run a task and load nothing here.
"""

import logging
import sys

if sys.argv[1:2] == ["scheduler"] or sys.argv[1:3] == ["celery", "worker"]:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)

    import cosmos.operators.local
    import dbt.adapters.postgres
    import dbt.cli.main
    import great_expectations  # noqa: F401
