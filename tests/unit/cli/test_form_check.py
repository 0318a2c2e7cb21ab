"""`orientir form check`: exit codes, JSON and protocol of a file that was not sent, without any database."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from territory import REGISTRY_HEADER, inn, ogrn, row

from ingest.forms.catalogue import load_contracts
from ingest.forms.template import write_workbook
from orientir.cli import main
from warehouse.settings import get_settings

IN_TIME = "2025-10-10T12:00:00+05:00"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine with a registry, on a day when S1 is due, and with no way to reach a database."""
    folder = tmp_path / "registry" / "chelyabinsk"
    folder.mkdir(parents=True)
    lines = [REGISTRY_HEADER, row("school", 1), row("school", 2)]
    (folder / "organisations_2024-08-01.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setenv("ORIENTIR_REGISTRY_DIR", str(tmp_path / "registry"))
    monkeypatch.setenv("ORIENTIR_CLOCK", IN_TIME)
    monkeypatch.setenv("ORIENTIR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    get_settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    get_settings.cache_clear()


def s1(serial: int, **changed: object) -> bytes:
    """A passport of a school in which everything adds up."""
    card = {
        "ogrn": ogrn(serial), "inn": inn(serial), "organisation_name": f"Организация {serial}",
        "period": "2025-2026", "oktmo": "75701000", "responsible_count": 1, "has_order": True,
        "profminimum_level": "basic", "profminimum_hours_plan": 40, "profminimum_hours_actual": 38,
        "vsoko_has_criteria": True, "vsoko_has_indicators": False, "vsoko_has_tools": True,
        "site_section_url": "https://school.example/profi",
        "site_section_updated_on": date(2025, 9, 1), "site_checklist_count": 9,
    } | changed  # fmt: skip
    contract = load_contracts()["S1"]
    codes = [code for code in contract.section("by_grade").rows if code != "total"]
    counts = {
        "students": 50, "students_ovz": 3, "disabled_within_ovz": 1, "disabled_outside_ovz": 1, "gifted": 4,
        "low_motivation": 2, "profminimum_students": 40,
    }  # fmt: skip
    grades = dict.fromkeys(codes, counts)
    grades["total"] = {name: count * len(codes) for name, count in counts.items()}
    buffer = io.BytesIO()
    write_workbook(contract, buffer, {"card": card, "by_grade": grades})
    return buffer.getvalue()


def check(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["form", "check", str(path), *options])


def facts(path: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(check(path, "--json", *options).stdout)
    return found


def put(folder: Path, content: bytes) -> Path:
    path = folder / "паспорт.xlsx"
    path.write_bytes(content)
    return path


def test_file_in_order_would_be_accepted(place: Path) -> None:
    path = put(place, s1(1))
    done = check(path, "-o", str(place / "out"))
    assert done.exit_code == 0, done.output
    assert "Файл можно отправлять: он будет принят — замечаний нет." in done.stdout
    assert "Сверка с другими формами" in done.stdout
    assert "Это не квитанция" in done.stdout
    page = (place / "out" / "паспорт_protocol.html").read_text(encoding="utf-8")
    assert "Предварительная проверка файла" in page
    assert "Квитанция о приёме" not in page
    assert not (place / "out" / "паспорт_protocol.xlsx").exists()


def test_faults_of_reader_and_rules_are_found_at_their_cells(place: Path) -> None:
    path = put(place, s1(1, responsible_count="двое", profminimum_hours_actual=90, oktmo="71701000"))
    done = check(path, "-o", str(place / "out"))
    assert done.exit_code == 1
    assert (place / "out" / "паспорт_protocol.xlsx").exists()
    found = facts(path)
    assert found["outcome"] == "rejected"
    assert (found["form_code"], found["period_code"], found["ogrn"]) == ("S1", "2025-2026", ogrn(1))
    assert found["due_on"] == "2025-10-15"
    places = {(item["rule_id"], item["cell"]) for item in found["findings"]}
    assert ("READ.TYPE", "B9") in places
    assert ("S1.VALUE.OKTMO_OF_REGION", "B8") in places
    assert ("S1.CONSISTENCY.OKTMO_AS_REGISTERED", "B8") in places
    assert ("S1.PLAUSIBILITY.HOURS_ACTUAL_OF_PLAN", "B15") in places
    assert found["critical"] == 2


def test_file_of_another_organisation_is_told(place: Path) -> None:
    found = facts(put(place, s1(1)), "--organisation", ogrn(2))
    assert "READ.WRONG_ORG" in {item["rule_id"] for item in found["findings"]}
    assert found["outcome"] == "rejected"


def test_organisation_that_nobody_registered(place: Path) -> None:
    found = facts(put(place, s1(3)))
    assert [item["rule_id"] for item in found["findings"] if item["severity"] == "critical"] == [
        "READ.WRONG_ORG"
    ]
    done = check(put(place, s1(3)), "--organisation", ogrn(3))
    assert done.exit_code == 2
    assert ogrn(3) in done.stderr


def test_without_a_registry_the_rest_is_checked_and_what_is_open_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIENTIR_REGISTRY_DIR", str(place / "empty"))
    get_settings.cache_clear()
    path = put(place, s1(1, inn=inn(2)))  # not the registered one, which nobody can know here
    found = facts(path)
    assert found["outcome"] == "accepted"
    assert any("нет реестра организаций" in text for text in found["not_checked"])
    assert any("Регион не определён" in text for text in found["not_checked"])
    found = facts(put(place, s1(1, oktmo="71701000")), "--region", "chelyabinsk")
    assert [item["rule_id"] for item in found["findings"]] == ["S1.VALUE.OKTMO_OF_REGION"]
    assert found["due_on"] == "2025-10-15"


def test_what_is_no_form_is_rejected_and_what_is_no_file_is_wrong_usage(place: Path) -> None:
    path = place / "скан.xlsx"
    path.write_bytes(b"%PDF-1.7\n")
    found = facts(path)
    assert found["outcome"] == "unreadable"
    assert check(path).exit_code == 1
    assert check(place / "нет такого.xlsx").exit_code == 2
    assert check(put(place, s1(1)), "--region", "nowhere").exit_code == 2
