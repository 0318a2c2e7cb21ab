"""Read by every Airflow process at its start.

The scheduler forks a process for each task. What it has imported, its tasks need not import again: dbt
costs two seconds a task otherwise, Great Expectations five. The other components never run a task and load
nothing here.
"""

import logging
import sys

if "scheduler" in sys.argv:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)

    import great_expectations  # noqa: F401
