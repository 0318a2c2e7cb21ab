"""An extract is described, checksummed, harmless to open and the same every time."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest
from publish_sample import AS_OF

from publish.extract.build import write_changes, write_extract
from publish.extract.changes import changes_between, read_revision
from publish.extract.contracts import Dataset, Field, Recipient, load_recipients
from publish.extract.datasets import Content, Edition, find_period
from publish.extract.descriptor import datapackage
from publish.extract.parquet import parquet_bytes
from publish.extract.workbook import workbook_bytes
from publish.manifest import Release
from publish.neutral import neutral_text
from publish.packages import point_latest, published_folder
from warehouse.settings import get_settings
from warehouse.yaml_files import read_yaml

PERIOD = find_period("2026-Q2")
DATASET = Dataset(
    name="reporting_sample",
    model="reporting_sample_public",
    title="Отчётность",
    description="Одна строка — муниципалитет.",
    primary_key=("municipality_code",),
    sorted_by=("municipality_code",),
    fields=(
        Field("municipality_code", "string", "ОКТМО", "Код 2019 года."),
        Field("municipality_name", "string", "Муниципалитет", "Название."),
        Field("expected", "integer", "Ожидалось", "Отчётов."),
        Field("value", "number", "Значение", "В процентах.", is_withheld=True),
        Field("due_on", "date", "Срок", "Последний день."),
        Field("is_suppressed", "boolean", "Закрыто", "да — не раскрывается."),
        Field(
            "missing_reason",
            "string",
            "Почему нет",
            "Пусто, если есть.",
            words={"not_due": "срок не наступил"},
        ),
    ),
)
RECIPIENT = Recipient("ministry", "Министерство", "Выгрузка министерству", ("quarter",), (DATASET,))
EDITION = Edition(RECIPIENT, "tyumen", "Тюменская область", PERIOD, AS_OF, 1)
RELEASE = Release("extract", "tyumen", "2026-Q2", AS_OF, "f" * 64)
CONTENT = Content(
    DATASET,
    (
        ("01603000", 'Район, "первый"', "1000", "61.3", "2026-07-15", "false", ""),
        ("71605000", neutral_text("=СУММ(A1)"), "", "", "", "true", "not_due"),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "tyumen" / "ministry" / "2026-Q2" / "r1"
    write_extract([CONTENT], EDITION, RELEASE, target)
    return target


def test_csv_for_programs_is_rfc_4180_in_utf_8(folder: Path):
    data = (folder / "data" / "reporting_sample.csv").read_bytes()
    assert data.decode("utf-8").split("\r\n") == [
        "municipality_code,municipality_name,expected,value,due_on,is_suppressed,missing_reason",
        '01603000,"Район, ""первый""",1000,61.3,2026-07-15,false,',
        "71605000,'=СУММ(A1),,,,true,not_due",
        "",
    ]


def test_csv_for_excel_opens_with_a_double_click(folder: Path):
    """A byte order mark, semicolons, decimal comma, titles, words for codes; «…» is withheld."""
    data = (folder / "excel" / "reporting_sample.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n") == [
        "ОКТМО;Муниципалитет;Ожидалось;Значение;Срок;Закрыто;Почему нет",
        '01603000;"Район, ""первый""";1000;61,3;15.07.2026;нет;',
        "71605000;'=СУММ(A1);;…;;да;срок не наступил",
        "",
    ]


def test_parquet_has_the_types_of_the_contract(folder: Path):
    import polars

    frame = polars.read_parquet(folder / "data" / "reporting_sample.parquet")
    assert frame.rows() == [
        ("01603000", 'Район, "первый"', 1000, 61.3, date(2026, 7, 15), False, None),
        ("71605000", "'=СУММ(A1)", None, None, None, True, "not_due"),
    ]
    assert parquet_bytes(CONTENT) == (folder / "data" / "reporting_sample.parquet").read_bytes()
    assert polars.read_parquet(io.BytesIO(parquet_bytes(Content(DATASET, ())))).schema == frame.schema


def test_dictionary_tells_every_column_in_russian(folder: Path):
    text = (folder / "dictionary.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert [row[2:] for row in rows[1:]] == [
        ["ОКТМО", "municipality_code", "текст", "да", "Код 2019 года."],
        ["Муниципалитет", "municipality_name", "текст", "", "Название."],
        ["Ожидалось", "expected", "целое число", "", "Отчётов."],
        ["Значение", "value", "число", "", "В процентах. («…» — закрыто)"],
        ["Срок", "due_on", "дата", "", "Последний день."],
        ["Закрыто", "is_suppressed", "да или нет", "", "да — не раскрывается."],
        ["Почему нет", "missing_reason", "текст", "", "Пусто, если есть. not_due — срок не наступил."],
    ]


def test_every_column_of_every_extract_is_explained_in_russian():
    for recipient in load_recipients().values():
        for dataset in recipient.datasets:
            for field in dataset.fields:
                assert re.search("[а-яё]{2}", field.note), (dataset.name, field.name)
    words = {field.name: field.words for field in load_recipients()["education_ministry"].datasets[3].fields}
    assert words["municipality_type"]["municipal_okrug"] == "муниципальный округ"
    assert words["group_code"]["urban_district"] == "городские округа"
    assert words["unranked_reason"]["low_available_weight"].startswith("доступно меньше двух третей")
    assert words["score"] == {}


def test_checksums_are_those_that_sha256sum_accepts(folder: Path):
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    named = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert named == there - {"SHA256SUMS", "SHA256SUMS.minisig"}


def test_the_signature_is_one_that_minisign_accepts(folder: Path):
    """Read by the format: algorithm, key number, Ed25519 over BLAKE2b-512; then over the comment."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from publish.extract.signature import public_key

    comment, line, trusted, whole, end = (folder / "SHA256SUMS.minisig").read_bytes().split(b"\n")
    _, key_line, _ = public_key().split(b"\n")
    key, signed = base64.b64decode(key_line), base64.b64decode(line)
    assert comment.startswith(b"untrusted comment: ")
    assert trusted == b"trusted comment: extract/ministry/tyumen/2026-Q2/r1"
    assert (signed[:2], signed[2:10], end) == (b"ED", key[2:10], b"")
    public = Ed25519PublicKey.from_public_bytes(key[10:])
    sums = (folder / "SHA256SUMS").read_bytes()
    public.verify(signed[10:], hashlib.blake2b(sums).digest())
    public.verify(base64.b64decode(whole), signed[10:] + trusted.removeprefix(b"trusted comment: "))


def test_a_changed_file_or_a_strange_key_is_not_verified(folder: Path):
    import minisign

    from publish.extract.signature import public_key, verify

    sums, signature = ((folder / name).read_bytes() for name in ("SHA256SUMS", "SHA256SUMS.minisig"))
    assert verify(sums, signature, public_key()) == "extract/ministry/tyumen/2026-Q2/r1"
    with pytest.raises(minisign.VerifyError):
        verify(sums + b"\n", signature, public_key())
    strange = bytes(minisign.KeyPair.generate().public_key)
    with pytest.raises(minisign.VerifyError):
        verify(sums, signature, strange)


def test_a_key_with_a_password_needs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import minisign

    from publish.extract.signature import SigningKeyError, public_key, sign, verify

    pair = minisign.KeyPair.generate()
    pair.secret_key.encrypt("пароль", opslimit=2**15, memlimit=2**24)
    (tmp_path / "own.key").write_bytes(bytes(pair.secret_key))
    monkeypatch.setenv("ORIENTIR_SIGNING_KEY_FILE", str(tmp_path / "own.key"))
    get_settings.cache_clear()
    try:
        with pytest.raises(SigningKeyError, match="ORIENTIR_SIGNING_KEY_PASSWORD"):
            sign(b"text", "comment")
        monkeypatch.setenv("ORIENTIR_SIGNING_KEY_PASSWORD", "не тот")
        get_settings.cache_clear()
        with pytest.raises(SigningKeyError, match="cannot be used"):
            sign(b"text", "comment")
        monkeypatch.setenv("ORIENTIR_SIGNING_KEY_PASSWORD", "пароль")
        get_settings.cache_clear()
        assert verify(b"text", sign(b"text", "comment"), public_key()) == "comment"
        monkeypatch.setenv("ORIENTIR_SIGNING_KEY_FILE", str(tmp_path / "absent.key"))
        get_settings.cache_clear()
        with pytest.raises(SigningKeyError, match=r"absent\.key"):
            sign(b"text", "comment")
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_the_key_of_a_first_run_is_kept_and_read_by_nobody_else(folder: Path):
    from publish.extract.signature import public_key

    path = get_settings().var_dir / "keys" / "orientir.key"
    assert path.stat().st_mode & 0o077 == 0
    assert public_key() == public_key()


def test_descriptor_follows_data_package_version_2(folder: Path):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert package["name"] == "extract-ministry-tyumen-2026-q2-r1"
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
                                            "type": {
                                                "enum": ["string", "number", "integer", "boolean", "date"]
                                            }
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
    for recipient in load_recipients().values():
        contents = [Content(dataset, ()) for dataset in recipient.datasets]
        jsonschema.validate(json.loads(datapackage(contents, EDITION)), schema)


@pytest.mark.slow
def test_frictionless_finds_a_package_valid_and_a_changed_one_not(folder: Path):
    from frictionless import Package

    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    path = folder / "data" / "reporting_sample.csv"
    path.write_bytes(path.read_bytes().replace(b"61.3", b"61,3"))
    assert not Package(str(folder / "datapackage.json")).validate().valid


@pytest.mark.slow
def test_frictionless_finds_every_kind_of_package_valid(tmp_path: Path):
    """Each recipient's, and the package of changes that lies beside a later revision."""
    from frictionless import Package

    for recipient in load_recipients().values():
        edition = Edition(recipient, "tyumen", "Тюменская область", PERIOD, AS_OF, 1)
        target = tmp_path / recipient.code / "r1"
        write_extract([Content(dataset, ()) for dataset in recipient.datasets], edition, RELEASE, target)
        report = Package(str(target / "datapackage.json")).validate()
        assert report.valid, report.flatten(["type", "note"])
    target = tmp_path / "ministry" / "r1"
    write_extract([CONTENT], EDITION, RELEASE, target)
    corrected = Content(DATASET, (("01603000", "Район", "1001", "61.3", "2026-07-15", "false", ""),))
    later = Edition(RECIPIENT, "tyumen", "Тюменская область", PERIOD, AS_OF, 2)
    write_changes([corrected], later, target, target.with_name("r2"))
    changes = target.with_name("r2-changes")
    with (changes / "data" / "reporting_sample.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["change"] for row in csv.DictReader(stream)] == ["before", "after", "removed"]
    report = Package(str(changes / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])


@pytest.mark.parametrize("start", ["=1+1", "+7", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_compute_is_made_harmless(start: str):
    assert neutral_text(start) == "'" + start


def test_workbook_keeps_codes_as_text_and_holds_no_formula():
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(workbook_bytes([CONTENT], EDITION)))
    assert book.sheetnames == ["Описание", "Отчётность"]
    rows = [[cell.value for cell in row] for row in book["Отчётность"].iter_rows()]
    assert rows[0] == ["ОКТМО", "Муниципалитет", "Ожидалось", "Значение", "Срок", "Закрыто", "Почему нет"]
    assert rows[1] == ["01603000", 'Район, "первый"', 1000, 61.3, datetime(2026, 7, 15), "нет", None]
    assert rows[2] == ["71605000", "'=СУММ(A1)", None, "…", None, "да", "срок не наступил"]
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types


def test_equal_rows_give_equal_bytes(folder: Path, tmp_path: Path):
    again = tmp_path / "again"
    write_extract([CONTENT], EDITION, RELEASE, again)
    assert (again / "SHA256SUMS").read_bytes() == (folder / "SHA256SUMS").read_bytes()


def test_an_unfinished_extract_is_not_a_revision(folder: Path):
    point_latest(folder.parent / "latest", folder)
    with pytest.raises(RuntimeError, match="killed"), published_folder(folder.parent / "r2") as partial:
        (partial / "half.csv").write_text("half")
        raise RuntimeError("killed")
    (folder.parent / ".r2.partial").mkdir()  # what a killed process leaves
    assert not (folder.parent / "r2").exists()
    assert (folder.parent / "latest").resolve() == folder.resolve()


def test_changes_tell_what_was_added_removed_and_corrected(folder: Path):
    corrected = Content(
        DATASET,
        (
            ("01603000", 'Район, "первый"', "1000", "64.0", "2026-07-15", "false", ""),
            ("75701000", "Город", "5", "10.0", "2026-07-15", "false", ""),
        ),
    )
    (changed,) = changes_between(read_revision(folder, [DATASET]), [corrected])
    assert changed.rows == (
        ("before", "01603000", 'Район, "первый"', "1000", "61.3", "2026-07-15", "false", ""),
        ("after", "01603000", 'Район, "первый"', "1000", "64.0", "2026-07-15", "false", ""),
        ("removed", "71605000", "'=СУММ(A1)", "", "", "", "true", "not_due"),
        ("added", "75701000", "Город", "5", "10.0", "2026-07-15", "false", ""),
    )
    (none,) = changes_between(read_revision(folder, [DATASET]), [CONTENT])
    assert none.rows == ()


def test_recipients_follow_from_exposures_and_columns_from_contracts():
    """Every public mart reaches somebody, nothing else does, and a column has a Russian title."""
    root = Path(__file__).parents[3] / "dbt_project" / "models"
    recipients = load_recipients()
    exposures = read_yaml(root / "exposures.yml")["exposures"]
    assert len(recipients) == sum(
        1 for entry in exposures if "extract" in entry.get("config", {}).get("meta", {})
    )
    sent = {dataset.model for recipient in recipients.values() for dataset in recipient.datasets}
    assert sent == {path.stem for path in (root / "public").glob("*.sql")}
    for recipient in recipients.values():
        assert recipient.periods
        for dataset in recipient.datasets:
            assert set(dataset.primary_key) <= set(dataset.columns), dataset.model
            assert all(field.title for field in dataset.fields), dataset.model
            # what may be withheld has its mark beside it
            withheld = any(field.is_withheld for field in dataset.fields)
            assert withheld == ("is_suppressed" in dataset.columns), dataset.model


def test_a_period_is_a_month_or_a_quarter():
    june, quarter = find_period("2026-06"), find_period("2026-Q2")
    assert (june.title, june.ended) == ("июнь 2026 года", ("2026-06", "2026-Q2", "2026-H1"))
    assert quarter.ended == ("2026-04", "2026-05", "2026-06", "2026-Q2", "2026-H1")
    assert (str(quarter.starts_on), str(quarter.ends_on)) == ("2026-04-01", "2026-06-30")
    assert june.school_years == quarter.school_years == ("2025-2026",)
    for code in ("2026-13", "2026", "2025-2026", "2026-H1", "2026-Q5"):
        with pytest.raises(LookupError, match="neither a month nor a quarter"):
            find_period(code)
