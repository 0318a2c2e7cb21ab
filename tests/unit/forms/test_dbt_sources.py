"""Generated dbt files: what is in the project is what the contracts give."""

from __future__ import annotations

from pathlib import Path

from ingest.forms.catalogue import load_contracts
from ingest.forms.dbt_sources import drifted, generated_files, write_staging
from warehouse.yaml_files import parse_yaml

STAGING = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"


def test_the_project_has_not_drifted_from_the_contracts() -> None:
    """When: a contract was changed. Resolve with ``orientir form generate`` and commit what it wrote."""
    assert drifted(STAGING) == []


def test_there_is_a_source_and_a_model_for_every_section() -> None:
    files = generated_files()
    tables = {table["name"] for table in parse_yaml(files["raw.yml"])["sources"][0]["tables"]}
    sections = {section.table for form in load_contracts().values() for section in form.sections}
    assert tables == sections
    assert {Path(name).stem.removeprefix("stg_") for name in files if name.endswith(".sql")} == sections


def test_personal_fields_reach_neither_source_nor_model() -> None:
    for content in generated_files().values():
        assert "responsible_full_name" not in content


def test_writing_twice_writes_once(tmp_path: Path) -> None:
    assert len(write_staging(tmp_path)) == len(generated_files())
    assert write_staging(tmp_path) == []
    (tmp_path / "raw.yml").write_text("version: 1\n")
    assert drifted(tmp_path) == ["raw.yml"]
