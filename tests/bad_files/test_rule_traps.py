"""Every file of ``rule_files`` gives exactly its findings: the rule, the cell, and what was received."""

from __future__ import annotations

from typing import Any

import pytest

from expectations.file_check import check_file
from tests.bad_files.rule_traps import FOLDER, rule_traps
from warehouse.yaml_files import read_yaml

EXPECTED: dict[str, Any] = read_yaml(FOLDER.with_name("expected_of_rules.yaml"))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_trap_is_found_at_its_cell_and_quoted(name: str) -> None:
    expected = EXPECTED[name]
    checked = check_file((FOLDER / name).read_bytes(), file_name=name, region_code=expected["region"])
    found = [[f.rule_id, f.cell, f.received] for f in checked.findings]
    assert found == expected["findings"], expected["trap"]
    for finding in checked.findings:
        assert finding.message and finding.hint


def test_the_files_are_what_their_script_builds() -> None:
    """Resolve a failure with ``python -m tests.bad_files.rule_traps`` and a look at the difference."""
    assert {path.name for path in FOLDER.iterdir()} == set(EXPECTED)
    for name, content in rule_traps().items():
        assert (FOLDER / name).read_bytes() == content, name
