"""The contracts as another program sees them: datacontract-cli, run as a separate tool and never installed.

Its dependencies do not fit beside those of the project: uv makes an environment for it, kept in its cache.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ingest.forms.catalogue import CONTRACTS_DIR
from warehouse.settings import PROJECT_DIR

TOOL = "datacontract-cli==1.2.8"
CONTRACTS = sorted(CONTRACTS_DIR.glob("*.yaml"))
# One process for all files: the tool needs five seconds to start.
LINT = """
import sys
from datacontract.data_contract import DataContract

for path in sys.argv[1:]:
    run = DataContract(data_contract_file=path).lint()
    print(path, run.result.value, *(check.reason for check in run.checks if check.reason))
"""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def uv() -> str:
    """The uv that the Makefile uses: on the path, or the project's own."""
    found = shutil.which("uv") or str(PROJECT_DIR / ".tools" / "bin" / "uv")
    assert Path(found).exists(), "uv is neither on the path nor in .tools: run `make install`"
    return found


def tool(uv: str, *command: str) -> subprocess.CompletedProcess[str]:
    python = shutil.which("python3.11") or "3.11"
    return subprocess.run(
        [uv, "tool", "run", "--python", python, "--from", TOOL, *command],
        cwd=PROJECT_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_contract_is_a_valid_contract_to_another_program(uv: str) -> None:
    done = tool(uv, "python", "-c", LINT, *map(str, CONTRACTS))
    assert done.returncode == 0, done.stderr
    verdicts = [
        line.removeprefix(str(CONTRACTS_DIR)).split(" ", 2)
        for line in done.stdout.splitlines()
        if line.startswith(str(CONTRACTS_DIR))
    ]
    assert len(verdicts) == len(CONTRACTS)
    assert [line for line in verdicts if line[1] != "passed"] == []


def test_the_command_passes_a_contract_and_refuses_a_spoilt_one(uv: str, tmp_path: Path) -> None:
    good = CONTRACTS_DIR / "m1_v1.yaml"
    assert tool(uv, "datacontract", "lint", str(good)).returncode == 0
    spoilt = tmp_path / "spoilt.yaml"
    spoilt.write_text(good.read_text(encoding="utf-8").replace("status: active\n", ""))
    assert tool(uv, "datacontract", "lint", str(spoilt)).returncode == 1


@pytest.mark.parametrize(
    ("older", "newer", "removed", "added"),
    [
        ("s3_v1", "s3_v2", "schema.events.properties.format", "schema.events.properties.holding_format"),
        (
            "p2_v1",
            "p2_v2",
            "schema.trials.properties.has_employer",
            "schema.trials.properties.employer_involved",
        ),
    ],
)
def test_a_renamed_field_is_breaking(uv: str, older: str, newer: str, removed: str, added: str) -> None:
    """The tool knows no ``formerly``: to readers of the raw columns a rename is a loss, as it should be."""
    files = [str(CONTRACTS_DIR / f"{name}.yaml") for name in (older, newer)]
    done = tool(uv, "datacontract", "breaking", *files)
    assert done.returncode == 1, done.stderr
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    summary = [tuple(cells) for cells in lines if len(cells) == 3]
    assert ("ERROR", "Removed", removed) in summary
    assert ("INFO", "Added", added) in summary
    assert [row for row in summary if row[0] == "ERROR"] == [("ERROR", "Removed", removed)]
