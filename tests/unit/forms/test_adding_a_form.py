"""``docs/add_a_form.md`` followed to the letter: one contract and its rules, nothing else, in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from territory import REGISTRY_HEADER, inn, ogrn, row

from warehouse.postmaster import free_port

ROOT = Path(__file__).parents[3]
PORT = free_port()
ROOMS = ("warehouse", "ingest", "expectations", "publish", "orientir")
RULES = """\
form: S99
valid_from: 2025-09-01
rules:
  - id: S99.ARITHMETIC.VISITS
    title: Посетивших не больше, чем приглашённых
    severity: critical
    category: arithmetic
    section: halls
    field: visited
    expectation: expect_column_pair_values_a_to_be_greater_than_b
    arguments: {column_A: invited, column_B: visited, or_equal: true}
    expected: не больше {invited}
    message: "{field_title}: {received}, а приглашено {invited}"
    hint: Проверьте оба числа.
    basis: определение показателей формы
"""
READ = """\
import sys
from pathlib import Path
from expectations.registry import rule_book
from ingest.calendar.cyclogram import deadline
from ingest.calendar.due_words import due_in_words
from ingest.forms.catalogue import contract
from ingest.forms.ddl import raw_ddl
from ingest.forms.template import write_workbook
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from ingest.sources.regions import region
form = contract("S99")
print(*(statement.as_string(None) for statement in raw_ddl(form)), sep="\\n")
print(region("chelyabinsk").expects("school", "S99"), region("tyumen").expects("school", "S99"))
print(deadline("S99", "2025-2026", "chelyabinsk").due_on, deadline("S99", "2025-2026", "tyumen"))
print(due_in_words(form))
values = {"card": {"ogrn": "1027400000001", "inn": "7400000001", "organisation_name": "Школа",
                   "period": "2025-2026"},
          "halls": [{"hall": "Музей", "invited": 12, "visited": 9}]}
write_workbook(form, "filled.xlsx", values)
result = read_submission_file(Path("filled.xlsx"), file_name="filled.xlsx",
                              expected=ExpectedSender("chelyabinsk", "1027400000001"))
print(result.form_code, result.period_code, result.findings, result.sections["halls"].rows)
print([rule.id for rule in rule_book("S99").rules if rule.origin == "rules"])
"""
# Arguments: ОГРН, ИНН and number of visitors of each school.
SEND = """\
import os
import sys
from pathlib import Path
from ingest.forms.catalogue import contract
from ingest.forms.template import write_workbook
for ogrn, inn, visited in zip(*[iter(sys.argv[1:])] * 3):
    card = {"ogrn": ogrn, "inn": inn, "organisation_name": "Школа", "period": "2025-2026"}
    folder = Path("var/inbox/chelyabinsk") / ogrn
    folder.mkdir(parents=True)
    halls = [{"hall": "Музей", "invited": 12, "visited": int(visited)}]
    write_workbook(contract("S99"), folder / "S99.xlsx", {"card": card, "halls": halls})
    os.utime(folder / "S99.xlsx", (1781000000, 1781000000))  # in June 2026
"""
ASK = """\
from warehouse.connection import connect
with connect("auditor") as connection:
    for query in (
        "select ogrn, school_year, hall, invited, visited from marts.fct_s99__halls",
        "select s.ogrn, f.rule_id, f.sheet, f.cell, f.received from ledger.finding as f"
        " join ledger.submission as s using (submission_id) where f.severity = 'critical'",
        "select ogrn, status from marts.fct_obligation where form_code = 'S99'"
        " and period_code = '2025-2026' order by ogrn",
    ):
        print(connection.execute(query).fetchall())
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with one more contract and its rules."""
    copy = tmp_path_factory.mktemp("project")
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    shutil.copytree(
        ROOT / "dbt_project", copy / "dbt_project", ignore=shutil.ignore_patterns("target", "logs")
    )
    text = (ROOT / "ingest/forms/contracts/s3_v1.yaml").read_text(encoding="utf-8")
    card = text[text.index("  - name: card") : text.index("  - name: events")]
    card = card.replace("s3__card", "s99__card").replace("Квартал", "Учебный год")
    card = card.replace("Calendar quarter, e.g. 2025-Q4.", "School year, e.g. 2025-2026.")
    card = card.replace("^20\\\\d{2}-Q[1-4]$", "^20\\\\d{2}-20\\\\d{2}$")
    (copy / "ingest/forms/contracts/s99_v1.yaml").write_text(_contract(card), encoding="utf-8")
    (copy / "expectations/rules/s99.yaml").write_text(RULES, encoding="utf-8")
    return copy


def _contract(card: str) -> str:
    def count(name: str, title: str) -> str:
        return (
            f"      - {{name: {name}, businessName: {title}, logicalType: integer, physicalType: integer,"
            " required: true, logicalTypeOptions: {minimum: 0, maximum: 500},"
            " customProperties: [{property: orientir, value: {type: integer, unit: чел.}}]}\n"
        )

    return (
        "apiVersion: v3.1.0\nkind: DataContract\nid: urn:orientir:form:s99\nname: s99\nversion: 1.0.0\n"
        "status: active\ndescription: {purpose: Visits to halls.}\n"
        "customProperties: [{property: orientir, value: {formCode: S99, title: Посещение залов,"
        " submitter: school, formats: [xlsx], rhythm: annual, periodType: school_year,"
        ' validFrom: "2025-09-01", measures: {Ч3.6: [halls.visited]}, regions: [chelyabinsk],'
        " window: {opens: {month: 5, day: 15}, due: {month: 6, day: 15}}}}]\n"
        f"schema:\n{card}"
        "  - name: halls\n    physicalName: s99__halls\n    physicalType: table\n    businessName: Залы\n"
        "    customProperties: [{property: orientir, value: {layout: table, sheet: Залы, headerRow: 3,"
        " firstRow: 4, minRows: 0, maxRows: 100}}]\n    properties:\n"
        "      - {name: hall, businessName: Зал, logicalType: string, physicalType: text, required: true,"
        " logicalTypeOptions: {maxLength: 100},"
        " customProperties: [{property: orientir, value: {type: text}}]}\n"
        f"{count('invited', 'Приглашено')}{count('visited', 'Посетили')}"
    )


def run(project: Path, *arguments: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORIENTIR_")}
    environment |= {"PYTHONPATH": str(project), "ORIENTIR_ENV_FILE": "", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"ORIENTIR_CLOCK": "2026-07-20T09:00:00+05:00", "ORIENTIR_PG_PORT": str(PORT)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def orientir(project: Path, *arguments: str) -> str:
    return run(project, "-m", "orientir.cli", *arguments)


def test_a_contract_and_its_rules_are_all_that_a_form_needs(project: Path) -> None:
    said = run(project, "-c", READ)
    assert 'create table if not exists "raw"."s99__halls"' in said
    assert "S99 2025-2026 [] [(4, 'Музей', 12, 9, None)]" in said
    assert "S99.ARITHMETIC.VISITS" in said
    assert "True False\n2026-06-15 None\nне позднее 15 июня\n" in said


def test_its_blank_and_its_dictionary_are_written(project: Path) -> None:
    assert orientir(project, "form", "template", "s99", "-o", "S99.xlsx").strip() == "S99.xlsx"
    assert (project / "S99.xlsx").read_bytes()[:2] == b"PK"
    orientir(project, "form", "dictionary", "-o", "dictionary")
    page = (project / "dictionary/dictionary.html").read_text(encoding="utf-8")
    assert "S99. Посещение залов" in page and "raw.s99__halls" in page and "Приглашено" in page


def test_its_models_are_generated(project: Path) -> None:
    """Staging, and a fact for the section that no mart holds; not for the card, which has requisites only."""
    orientir(project, "form", "generate")
    models = project / "dbt_project/models"
    sql = (models / "staging/s99/stg_s99__halls.sql").read_text(encoding="utf-8")
    assert "{{ source('raw', 's99__halls') }}" in sql and "section_rows.visited" in sql
    generated = models / "facts/generated"
    assert sorted(path.name for path in generated.iterdir()) == ["fct_s99__halls.sql", "fct_s99__halls.yml"]
    assert "S99.ARITHMETIC.VISITS" in (project / "docs/rules.md").read_text(encoding="utf-8")
    orientir(project, "form", "check-contracts")


@pytest.mark.slow
def test_its_figures_reach_the_marts_and_its_faults_a_protocol(project: Path) -> None:
    """Two schools send the form, one of them a wrong one, to a database that never knew it."""
    orientir(project, "form", "generate")
    registry = project / "var/registry/chelyabinsk/organisations_2024-08-01.csv"
    registry.parent.mkdir(parents=True)
    lines = [REGISTRY_HEADER, row("school", 1), row("school", 2)]
    registry.write_text("\n".join(lines) + "\n", encoding="utf-8")
    run(project, "-c", SEND, ogrn(1), inn(1), "9", ogrn(2), inn(2), "13")
    try:
        orientir(project, "db", "migrate")
        orientir(project, "pull", "--kind", "school", "--region", "chelyabinsk")
        orientir(project, "validate")
        orientir(project, "build")
        said = run(project, "-c", ASK)
    finally:
        orientir(project, "clean", "--yes")
    assert said.splitlines() == [
        f"[('{ogrn(1)}', '2025-2026', 'Музей', 12, 9)]",
        f"[('{ogrn(2)}', 'S99.ARITHMETIC.VISITS', 'Залы', 'C4', '13')]",
        f"[('{ogrn(1)}', 'accepted'), ('{ogrn(2)}', 'rejected')]",
    ]
