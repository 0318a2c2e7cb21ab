"""`orientir run` under a real scheduler: LocalExecutor, the embedded PostgreSQL for Airflow's metadata.

The DAGs do everything here; the test only starts the command and looks at what is there afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql

from warehouse.postmaster import free_port
from warehouse.settings import get_settings

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(900)]

ORIENTIR = (sys.executable, "-m", "orientir.cli")
# Two schools or so of each region: the chain is what is tested here, the numbers are tested elsewhere.
SCALE = "0.03"


class Installation:
    """An installation of its own, in a folder whose name has spaces and Cyrillic letters."""

    def __init__(self, folder: Path) -> None:
        self.var = folder / "данные и журналы"
        self._uri: str | None = None
        self.env = {
            name: value for name, value in os.environ.items() if not name.startswith(("ORIENTIR_", "AIRFLOW"))
        }
        self.env |= {
            "ORIENTIR_ENV_FILE": "",
            "ORIENTIR_VAR_DIR": str(self.var),
            "ORIENTIR_PG_PORT": str(free_port()),
            "ORIENTIR_API_PORT": str(free_port()),
        }

    def orientir(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*ORIENTIR, *arguments], env=self.env, capture_output=True, text=True, check=False
        )

    @contextmanager
    def in_this_process(self) -> Iterator[None]:
        """Let this process work on the installation: for many commands, each of which starts in a second."""
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("ORIENTIR_")]:
                patch.delenv(name)
            for name, value in self.env.items():
                if name.startswith("ORIENTIR_"):
                    patch.setenv(name, value)
            get_settings.cache_clear()
            yield
        get_settings.cache_clear()

    def rows(self, query: str | sql.Composed, database: str = "orientir") -> list[tuple[Any, ...]]:
        if self._uri is None:
            self._uri = self.orientir("db", "uri", "--role", "owner").stdout.strip()
        uri = self._uri
        with psycopg.connect(uri.rpartition("/")[0] + f"/{database}") as connection:
            return connection.execute(query.encode() if isinstance(query, str) else query).fetchall()

    def units_with(self) -> dict[str, tuple[str, str]]:
        """For each indicator that has one, an organisation with a value, and its school year."""
        rows = self.rows(
            "select distinct on (indicator_code) indicator_code, unit_code, school_year"
            " from marts.fct_indicator_value"
            " where value is not null and unit_type not in ('municipality', 'region')"
            " order by indicator_code, school_year desc, unit_code"
        )
        return {code: (unit, school_year) for code, unit, school_year in rows}

    def status(self) -> dict[str, Any]:
        shown: dict[str, Any] = json.loads(self.orientir("status", "--json").stdout)
        return shown

    def processes(self) -> list[psutil.Process]:
        """Living processes that were started for this installation, PostgreSQL's aside."""
        found = []
        for process in psutil.process_iter():
            try:
                if (
                    process.environ().get("ORIENTIR_VAR_DIR") == str(self.var)
                    and "postgres" not in process.name()
                ):
                    found.append(process)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="orientir-run-"))
    folder.chmod(0o755)
    installed = Installation(folder)
    try:
        yield installed
    finally:
        installed.orientir("clean", "--yes")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def first_run(installation: Installation) -> subprocess.CompletedProcess[str]:
    done = installation.orientir("run", "--demo", "--scale", SCALE)
    assert done.returncode == 0, done.stderr[-6000:]
    return done


def test_every_dag_ran_to_its_end(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    runs = installation.rows("select dag_id, state, count(*) from dag_run group by 1, 2", "airflow")
    assert {dag for dag, _, _ in runs} == {
        "annual_reference",
        "build_warehouse",
        "publish_extracts",
        "publish_feedback",
        "publish_quality_portal",
        "pull_employment_centers",
        "pull_municipal_authorities",
        "pull_schools",
        "pull_spo_colleges",
        "validate_submissions",
    }
    assert {state for _, state, _ in runs} == {"success"}


def test_tasks_ran_in_processes_of_the_local_executor(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    layers = installation.rows(
        "select count(*) from task_instance where operator = 'LayerOperator' and state = 'success'", "airflow"
    )
    assert layers[0][0] == 4


def test_what_was_sent_was_received_decided_and_built(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    inbox = [path for path in (installation.var / "inbox").rglob("*") if path.is_file()]
    status = installation.status()
    assert status["files"] == len(inbox) > 50
    assert sum(form["received"] for form in status["forms"]) == len(inbox)
    assert sum(form["waiting"] for form in status["forms"]) == 0
    assert sum(form["accepted"] for form in status["forms"]) > 0
    assert installation.rows("select count(*) from marts.fct_submission where is_counting")[0][0] > 0
    assert installation.rows("select count(*) from marts.rating_school")[0][0] > 0


def test_the_marts_equal_the_answer_key(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    compared = installation.orientir("demo", "answer-key")
    assert compared.returncode == 0, compared.stdout[:4000]


def test_everything_was_published_for_both_regions(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    published = {(r["kind"], r["region"], r["period"]) for r in installation.status()["releases"]}
    assert published >= {
        ("annual_reference", "chelyabinsk", "2025-2026"),
        ("annual_reference", "tyumen", "2025-2026"),
        ("extract", "chelyabinsk", "2026-Q2"),
        ("extract", "tyumen", "2026-Q2"),
    }
    assert (installation.var / "portal" / "index.html").is_file()
    for region in ("chelyabinsk", "tyumen"):
        folder = installation.var / "reference" / region / "2025-2026"
        assert {"reference.docx", "reference.pdf", "reference.html"} <= {
            path.name for path in folder.iterdir()
        }


def test_references_were_approved_by_the_demo_role_and_the_run_says_so(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    decided = installation.rows(
        "select r.region_code, d.decision, d.approver, d.via from ledger.release_decision as d"
        " join ledger.release as r using (release_id) order by 1"
    )
    assert decided == [
        (region, "approved", "demo_approver", "airflow") for region in ("chelyabinsk", "tyumen")
    ]
    assert "approved automatically, by the demo role demo_approver" in first_run.stderr
    assert "demo_approver" in first_run.stdout
    for region in ("chelyabinsk", "tyumen"):
        page = installation.var / "reference" / region / "2025-2026" / "reference.html"
        draft = installation.var / "drafts" / "annual_reference" / region / "2025-2026" / "reference.html"
        assert "ПРОЕКТ" not in page.read_text(encoding="utf-8")
        assert "ПРОЕКТ" in draft.read_text(encoding="utf-8")
    assert len(list((installation.var / "delivered" / "annual_reference").rglob("SHA256SUMS"))) == 2


def test_the_table_at_the_end_names_what_lies_where(first_run: subprocess.CompletedProcess[str]) -> None:
    for word in ("Received", "accepted", "rejected", "annual_reference", "extract", "S1", "P2"):
        assert word in first_run.stdout, first_run.stdout


def test_nothing_that_was_started_is_left_running(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    assert installation.processes() == []
    assert not (installation.var / "airflow" / "pids.json").exists()


def test_traced_cells_add_up_to_the_number_in_the_mart(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    """For every part of an indicator that is a plain sum: the cells as received, added up again."""
    from decimal import Decimal

    from click.testing import CliRunner

    from orientir.cli import main
    from publish.origins.indicators import sources

    checked = 0
    for code, (unit, school_year) in installation.units_with().items():
        with installation.in_this_process():
            traced = CliRunner().invoke(main, ["trace", code, unit, "--school-year", school_year, "--json"])
        assert traced.exit_code == 0, traced.stderr
        shown = json.loads(traced.stdout)
        assert all(cell["agrees"] for cell in shown["cells"])
        assert shown["cells"] or shown["submissions"]
        for source in sources()[code]:
            if source.sums:
                values = [cell["value"] for cell in shown["cells"] if cell["part"] == source.part]
                total = sum(Decimal(str(value)) for value in values if value is not None)
                assert total == Decimal(shown["value"][source.part]), (code, unit)
                checked += 1
    assert checked >= 25


def test_a_second_run_changes_nothing(
    installation: Installation, first_run: subprocess.CompletedProcess[str]
) -> None:
    before = installation.status()
    log = "select event_no, kind, subject, payload::text, hash from ledger.event order by event_no"
    events = installation.rows(log)
    files = {p: p.stat().st_mtime_ns for p in (installation.var / "reference").rglob("*") if p.is_file()}
    again = installation.orientir("run", "--demo", "--scale", SCALE)
    assert again.returncode == 0, again.stderr[-6000:]
    assert installation.status() == before
    assert installation.rows(log)[len(events) :] == []
    assert installation.rows(log) == events
    assert installation.rows("select count(*) from ledger.build")[0][0] == 1
    assert {
        p: p.stat().st_mtime_ns for p in (installation.var / "reference").rglob("*") if p.is_file()
    } == files
    assert installation.orientir("ledger", "verify").returncode == 0
