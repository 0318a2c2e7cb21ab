"""A parse is taken over for another database only while the project is what was parsed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from warehouse.dbt_manifest import for_another_database

PARSED_AT = 1_000_000.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model, unchanged for long."""
    folder = tmp_path / "project"
    (folder / "models").mkdir(parents=True)
    (folder / "models" / "one.sql").write_text("select 1")
    for path in (folder, folder / "models", folder / "models" / "one.sql"):
        os.utime(path, (PARSED_AT - 10, PARSED_AT - 10))
    return folder


@pytest.fixture
def parsed(tmp_path: Path) -> Path:
    """Something that is no parse at all, or one of another version of dbt."""
    path = tmp_path / "partial_parse.msgpack"
    path.write_bytes(b"no manifest")
    os.utime(path, (PARSED_AT, PARSED_AT))
    return path


def test_without_a_parse_dbt_has_to_parse(project: Path, tmp_path: Path) -> None:
    assert for_another_database(tmp_path / "absent", project, "other") is None


@pytest.mark.parametrize("changed", ["models/one.sql", "models"])
def test_a_parse_from_before_a_change_is_left_alone(project: Path, parsed: Path, changed: str) -> None:
    """A file that was written, and a folder in which one was added or removed."""
    os.utime(project / changed, (PARSED_AT + 10, PARSED_AT + 10))
    assert for_another_database(parsed, project, "other") is None


def test_what_dbt_cannot_read_is_left_alone(project: Path, parsed: Path) -> None:
    assert for_another_database(parsed, project, "other") is None
