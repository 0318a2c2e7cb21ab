"""(d) The DAGs under a real scheduler against the same functions called one after another in one
process.

Both sides start from the same inbox and an empty warehouse. The DAGs' time runs from the start of the
first run to the end of the last, so starting Airflow itself does not count; importing the libraries
counts on the side of the functions as it does, in the scheduler's preload, on the side of the DAGs.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import redirect_stderr
from io import StringIO

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse

SCALE = 1.0
GOAL = 1.5


def run() -> list[Measurement]:
    """Measure one whole run each way on the standard demo."""
    with private_warehouse():
        functions = _by_functions()
    with private_warehouse():
        dags, per_dag = _by_dags()
    detail: dict[str, float | int | str] = {"scale": SCALE, **per_dag}
    return [
        Measurement(
            "d",
            "the DAGs, first run to last",
            "the same functions called directly",
            dags,
            functions,
            goal=GOAL,
            detail=detail,
        )
    ]


_FUNCTIONS = """
import time
from orientir import build, steps
from ingest.sources.regions import KINDS
from orientir.clock import adopt_demo_approver
from warehouse.settings import DEMO_APPROVER
adopt_demo_approver()
began = time.perf_counter()
for kind in KINDS:
    for shard in steps.plan_pull(kind, "all"):
        steps.pull_shard(shard)
for form in steps.forms_to_validate(None):
    steps.validate_form(form)
steps.settle_unidentified()
steps.publish_feedback()
planned = build.plan(None)
build.run_layers(planned)
build.finish(planned)
steps.publish_feedback()
steps.publish_portal()
for region in steps.regions("all"):
    steps.publish_extracts(region, None, None)
    drafted = steps.draft_reference(region, None, None)
    steps.deliver_release(steps.settle_draft(drafted["draft_id"], "approved", DEMO_APPROVER, ""))
print("SECONDS", time.perf_counter() - began)
"""


def _by_functions() -> float:
    """Seconds of all steps in a fresh process."""
    from demo.generate import generate
    from warehouse.settings import get_settings

    generate(get_settings(), scale=SCALE)
    done = subprocess.run([sys.executable, "-c", _FUNCTIONS], capture_output=True, text=True, check=False)
    marked = [line for line in done.stdout.splitlines() if line.startswith("SECONDS ")]
    if done.returncode != 0 or not marked:
        raise RuntimeError(f"the steps failed outside Airflow:\n{done.stderr[-2000:]}")
    return float(marked[-1].split()[1])


def _by_dags() -> tuple[float, dict[str, float]]:
    """Seconds from the first DAG run's start to the last one's end, and of each DAG."""
    import psycopg

    from orientir.progress import Lines
    from orientir.run import run as run_dags
    from warehouse.connection import airflow_metadata_uri
    from warehouse.embedded import ensure_running

    ensure_running()
    with redirect_stderr(StringIO()):
        run_dags(Lines(), demo=True, scale=SCALE)
    ensure_running()
    address = airflow_metadata_uri().replace("postgresql+psycopg2", "postgresql", 1)
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "select dag_id, extract(epoch from start_date)::float8, extract(epoch from end_date)::float8"
            " from dag_run where end_date is not null order by start_date"
        ).fetchall()
    total = max(row[2] for row in rows) - min(row[1] for row in rows)
    per_dag: dict[str, float] = {}
    for dag, start, end in rows:
        per_dag[dag] = round(per_dag.get(dag, 0.0) + end - start, 2)
    return total, per_dag
