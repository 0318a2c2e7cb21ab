"""An extract is described, checksummed, harmless to open and the same every time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
import yaml
from publish_sample import AS_OF

from publish.extract.build import newest_revision, write_extract
from publish.extract.datasets import Content, Dataset, Edition, ExtractPeriod, Field, load_datasets
from publish.extract.descriptor import datapackage
from publish.extract.workbook import workbook_bytes
from publish.manifest import Release
from publish.neutral import neutral_text
from publish.packages import point_latest, published_folder

PERIOD = ExtractPeriod("2026-Q2", "II квартал 2026 г.", date(2026, 4, 1), date(2026, 6, 30), ("2025-2026",))
EDITION = Edition("tyumen", "Тюменская область", PERIOD, AS_OF, 1)
DATASET = Dataset(
    name="reporting_sample",
    title="Отчётность",
    description="Одна строка — муниципалитет.",
    role="analyst",
    primary_key=("municipality_code",),
    fields=(
        Field("municipality_code", "string", "ОКТМО"),
        Field("municipality_name", "string", "Муниципалитет"),
        Field("expected", "integer", "Ожидалось"),
        Field("value", "number", "Значение"),
        Field("is_suppressed", "boolean", "Закрыто"),
    ),
    source=None,
)
CONTENT = Content(
    DATASET,
    (
        ("01603000", 'Район, "первый"', "1000", "61.3", "false"),
        ("71605000", neutral_text("=СУММ(A1)"), "", "", "true"),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "tyumen" / "2026-Q2" / "r1"
    write_extract([CONTENT], EDITION, Release("extract", "tyumen", "2026-Q2", AS_OF, "f" * 64), target)
    return target


def test_csv_is_rfc_4180_with_line_feeds_in_utf_8(folder: Path):
    data = (folder / "data" / "reporting_sample.csv").read_bytes()
    assert data.decode("utf-8").split("\n") == [
        "municipality_code,municipality_name,expected,value,is_suppressed",
        '01603000,"Район, ""первый""",1000,61.3,false',
        "71605000,'=СУММ(A1),,,true",
        "",
    ]


def test_checksums_are_those_that_sha256sum_accepts(folder: Path):
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    named = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert named == there - {"SHA256SUMS"}


def test_descriptor_follows_data_package_version_2(folder: Path):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["name"] == "extract-tyumen-2026-q2-r1"
    (resource,) = package["resources"]
    data = (folder / resource["path"]).read_bytes()
    assert resource["bytes"] == len(data)
    assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    names = [field["name"] for field in resource["schema"]["fields"]]
    assert names == next(csv.reader(io.StringIO(data.decode("utf-8"))))
    assert set(resource["schema"]["primaryKey"]) <= set(names)


def test_descriptor_is_valid_by_the_schema_of_the_standard():
    """The part of the Data Package v2 schema that our descriptors use, so that no network is needed."""
    import jsonschema

    name = {"type": "string", "pattern": "^[a-z0-9._-]+$"}
    schema = {
        "type": "object",
        "required": ["$schema", "resources"],
        "properties": {
            "name": name,
            "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"},
            "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
            "contributors": {"type": "array", "minItems": 1},
            "sources": {"type": "array", "minItems": 1},
            "resources": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["name", "path", "schema", "type"],
                    "properties": {
                        "name": name,
                        "type": {"const": "table"},
                        "path": {"type": "string", "pattern": r"^(?!/|.*\.\./)[^\s]+$"},
                        "bytes": {"type": "integer"},
                        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
                        "schema": {
                            "type": "object",
                            "required": ["fields"],
                            "properties": {
                                "fields": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {
                                        "type": "object",
                                        "required": ["name", "type", "title"],
                                        "properties": {
                                            "type": {"enum": ["string", "number", "integer", "boolean"]}
                                        },
                                    },
                                },
                                "primaryKey": {"type": "array", "items": {"type": "string"}},
                                "missingValues": {"type": "array"},
                            },
                        },
                    },
                },
            },
        },
    }
    contents = [Content(dataset, ()) for dataset in load_datasets()]
    jsonschema.validate(json.loads(datapackage(contents, EDITION)), schema)


@pytest.mark.parametrize("start", ["=1+1", "+7", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_compute_is_made_harmless(start: str):
    assert neutral_text(start) == "'" + start


def test_workbook_keeps_codes_as_text_and_holds_no_formula():
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook_bytes([CONTENT], EDITION)))
    assert book.sheetnames == ["Описание", "Отчётность"]
    rows = [[cell.value for cell in row] for row in book["Отчётность"].iter_rows()]
    assert rows[0] == ["ОКТМО", "Муниципалитет", "Ожидалось", "Значение", "Закрыто"]
    assert rows[1] == ["01603000", 'Район, "первый"', 1000, 61.3, "нет"]
    assert rows[2] == ["71605000", "'=СУММ(A1)", None, None, "да"]
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_equal_rows_give_equal_bytes(folder: Path, tmp_path: Path):
    again = tmp_path / "again"
    write_extract([CONTENT], EDITION, Release("extract", "tyumen", "2026-Q2", AS_OF, "f" * 64), again)
    assert (again / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()


def test_an_unfinished_extract_is_not_a_revision(folder: Path):
    point_latest(folder.parent / "latest", folder)
    with pytest.raises(RuntimeError, match="killed"), published_folder(folder.parent / "r2") as partial:
        (partial / "half.csv").write_text("half")
        raise RuntimeError("killed")
    (folder.parent / ".r2.partial").mkdir()  # what a killed process leaves
    assert newest_revision(folder.parent) == 1
    assert (folder.parent / "latest").resolve() == folder.resolve()


def test_public_datasets_say_what_the_contracts_of_the_marts_say():
    types = {"text": "string", "integer": "integer", "numeric": "number", "boolean": "boolean"}
    root = Path(__file__).parents[3] / "dbt_project" / "models" / "public"
    checked = 0
    for dataset in load_datasets():
        if dataset.source is None:
            continue
        model = dataset.source.split(".")[1]
        (contract,) = yaml.safe_load((root / f"{model}.yml").read_text(encoding="utf-8"))["models"]
        columns = {c["name"]: types[c["data_type"].split("(")[0]] for c in contract["columns"]}
        region = {"region_code": "string"}
        assert {field.name: field.type for field in dataset.fields} | region == columns, model
        checked += 1
    assert checked == 2


def test_a_dataset_lists_what_its_query_names():
    for dataset in load_datasets():
        assert dataset.query.strip()
        assert {field.name for field in dataset.fields} >= set(dataset.primary_key)
        assert not dataset.query.rstrip().endswith(";")
