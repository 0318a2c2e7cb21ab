"""Airflow reads its settings when it is first imported: these tests give it a home of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.sdk import DAG

DAGS_FOLDER = Path(__file__).resolve().parents[2] / "dags"
AIRFLOW_HOME = tempfile.mkdtemp(prefix="orientir-dags-")
atexit.register(shutil.rmtree, AIRFLOW_HOME, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=AIRFLOW_HOME,
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS_FOLDER),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{AIRFLOW_HOME}/airflow.db",
    AIRFLOW__OPENLINEAGE__NAMESPACE="orientir",
)


def dag_files() -> list[Path]:
    """The files that Airflow reads as DAGs: those of the folder that it is not told to ignore."""
    ignored = set((DAGS_FOLDER / ".airflowignore").read_text(encoding="utf-8").split())
    return sorted(path for path in DAGS_FOLDER.glob("*.py") if path.name not in ignored)


@pytest.fixture(scope="session")
def dags() -> Iterator[dict[str, DAG]]:
    """Every DAG by its id."""
    loaded = [import_module(f"dags.{path.stem}").dag for path in dag_files()]
    yield {dag.dag_id: dag for dag in loaded}
