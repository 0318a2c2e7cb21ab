"""docs/add_an_indicator.md, followed to the letter in a copy of the project."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from orientir.indicator_union import indicator_union_drifted, write_indicator_union
from tests.unit.dbt.conftest import BuiltProject

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "add_an_indicator.md"
MODELS = Path("dbt_project/models/indicators")


def blocks() -> dict[str, str]:
    """The code blocks that are put into the project, by language."""
    found = re.findall(r"^```(csv|sql|yaml)\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.M | re.S)
    assert [language for language, _ in found] == ["csv", "sql", "yaml"]
    return dict(found)


def without_row(registry: str, row: str) -> str:
    """The registry before the document is followed: one who has followed it has its row already."""
    code = row.partition(",")[0]
    return "".join(line for line in registry.splitlines(True) if not line.startswith(f"{code},"))


def with_row(registry: str, row: str) -> str:
    """The registry once the document is followed."""
    return registry if without_row(registry, row) != registry else registry + row


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The project as a newcomer has it, with the row, the model and the test of the document."""
    shutil.copytree(
        ROOT / "dbt_project", tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")
    )
    said = blocks()
    registry = tmp_path / "dbt_project" / "seeds" / "indicators.csv"
    held = without_row(registry.read_text(encoding="utf-8"), said["csv"])
    registry.write_text(held, encoding="utf-8")
    write_indicator_union(tmp_path)
    registry.write_text(held + said["csv"], encoding="utf-8")
    (tmp_path / MODELS / "ind_5_4.sql").write_text(said["sql"], encoding="utf-8")
    (tmp_path / MODELS / "ind_5_4.yml").write_text(said["yaml"], encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_one_row_one_model_and_one_test_make_an_indicator(copied: Path, project: BuiltProject) -> None:
    """The unit test passes, and the value reaches the mart's union, beside a warehouse that is built."""
    from dbt.cli.main import dbtRunner

    assert indicator_union_drifted(copied) == ["int_indicator__unit.sql"]
    write_indicator_union(copied)
    assert indicator_union_drifted(copied) == []
    folder = str(copied / "dbt_project")
    places = ["--project-dir", folder, "--profiles-dir", folder, "--target-path", str(copied / "target")]
    manifest = dbtRunner().invoke(["-q", "parse", *places]).result
    union = manifest.nodes["model.orientir.int_indicator__unit"]
    assert "model.orientir.ind_5_4" in union.depends_on.nodes
    tested = dbtRunner(manifest=manifest).invoke(
        ["-q", "test", "--select", "ind_5_4,test_type:unit", *places]
    )
    assert tested.success, [r.message for r in tested.result]
    ran = [r.node.name for r in tested.result if r.node.resource_type == "unit_test"]
    assert ran == ["ind_5_4_leaves_grade_5_out"]


def test_the_row_of_the_document_fits_the_registry() -> None:
    """The whole document is followed in the slow tests, where the copy of the project is parsed."""
    registry = (ROOT / "dbt_project" / "seeds" / "indicators.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(with_row(registry, blocks()["csv"]).splitlines()))
    code = blocks()["csv"].partition(",")[0]
    assert not [row for row in rows if None in row or None in row.values()]
    assert [row["indicator_code"] for row in rows].count(code) == 1
    assert [int(row["sort_no"]) for row in rows] == list(range(1, len(rows) + 1))


def test_the_union_of_indicators_follows_from_the_registry() -> None:
    assert indicator_union_drifted(ROOT) == []
