"""Tools to damage a good workbook exactly: take it apart, change a part, put it together again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from ingest.forms.catalogue import contract
from ingest.forms.filling import SheetEdits
from ingest.forms.template import write_workbook

OGRN = "1027400000001"
MOMENT = (1980, 1, 1, 0, 0, 0)
# The museum is kept in the first versions of the forms.
FIRST_VERSIONS = date(2025, 5, 1)

EVENT: dict[str, Any] = {
    "event_date": date(2025, 10, 14),
    "measure_code": "Ч4.4",
    "title": "Проба «Оператор станков»",
    "activity_kind": "trial",
    "level": "school",
    "format": "in_person",
    "has_employer": True,
    "participants_grade_6": 0,
    "participants_grade_7": 4,
    "participants_grade_8": 11,
    "participants_grade_9": 9,
    "participants_grade_10": 0,
    "participants_grade_11": 0,
    "participants_total": 24,
    "participants_ovz": 2,
    "participants_disabled": 0,
    "winners": 0,
}


def requisites(period: str) -> dict[str, Any]:
    """The four lines that every form begins with."""
    return {"ogrn": OGRN, "inn": "7400000001", "organisation_name": "МБОУ «СОШ № 1»", "period": period}


def s3(
    *events: Mapping[str, Any],
    card: Mapping[str, Any] | None = None,
    edits: Mapping[str, SheetEdits] | None = None,
) -> bytes:
    """A good S3 of the second quarter of 2025 with these changes to its events, card and sheets."""
    kinds = ("diagnostics", "open_lesson", "trial", "contest")
    coverage = {
        kind: {"unique_6_7": 4, "unique_8_9": 20, "unique_10_11": 0, "unique_total": 24, "unique_ovz": 2}
        for kind in kinds
    }
    rows = [{**EVENT, **event} for event in (events or ({},))]
    values = {"card": {**requisites("2025-Q2"), **(card or {})}, "events": rows, "coverage": coverage}
    return workbook("S3", values, edits)


def s1(
    card: Mapping[str, Any] | None = None,
    grades: Mapping[str, Mapping[str, Any]] | None = None,
    edits: Mapping[str, SheetEdits] | None = None,
) -> bytes:
    """A good S1 of 2025/26 with these changes."""
    passport = {
        **requisites("2025-2026"),
        "oktmo": "75701000",
        "responsible_count": 2,
        "has_order": True,
        "responsible_full_name": "Петрова Анна Сергеевна",
        "responsible_phone": "+7 351 000-00-00",
        "profminimum_level": "main",
        "profminimum_hours_plan": 60,
        "profminimum_hours_actual": 60,
        "vsoko_has_criteria": True,
        "vsoko_has_indicators": True,
        "vsoko_has_tools": False,
        "site_section_url": "https://school1.example/proforientation",
        "site_section_updated_on": date(2025, 9, 1),
        "site_checklist_count": 9,
    }
    row = {
        "students": 50,
        "students_ovz": 4,
        "disabled_within_ovz": 1,
        "disabled_outside_ovz": 0,
        "gifted": 3,
        "low_motivation": 5,
        "profminimum_students": 50,
    }
    by_grade = {str(grade): {**row, **(grades or {}).get(str(grade), {})} for grade in range(6, 12)}
    by_grade["total"] = {name: 6 * number for name, number in row.items()}
    by_grade["total"].update((grades or {}).get("total", {}))
    return workbook("S1", {"card": {**passport, **(card or {})}, "by_grade": by_grade}, edits)


def s5(
    card: Mapping[str, Any] | None = None,
    grades: Mapping[str, Mapping[str, Any]] | None = None,
    edits: Mapping[str, SheetEdits] | None = None,
) -> bytes:
    """A good S5 of 2025/26 with these changes."""
    row = {
        "graduates": 50,
        "surveyed": 50,
        "to_grade_10": 20,
        "to_spo": 25,
        "to_university": 0,
        "to_work": 0,
        "to_army": 0,
        "undecided": 5,
        "to_other_region": 3,
    }
    by_grade = {code: {**row, **(grades or {}).get(code, {})} for code in ("9", "11")}
    return workbook("S5", {"card": {**requisites("2025-2026"), **(card or {})}, "by_grade": by_grade}, edits)


def workbook(code: str, values: Mapping[str, Any], edits: Mapping[str, SheetEdits] | None) -> bytes:
    """A filled workbook of a form."""
    buffer = io.BytesIO()
    write_workbook(contract(code, FIRST_VERSIONS), buffer, values, edits=edits or {})
    return buffer.getvalue()


def take_apart(content: bytes) -> dict[str, bytes]:
    """Parts of a zip container by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def put_together(parts: Mapping[str, bytes]) -> bytes:
    """A zip container with fixed moments: the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def changed(content: bytes, part: str, *replacements: tuple[str, str]) -> bytes:
    """The workbook with texts of one part replaced. ``ValueError`` if a text is not there."""
    parts = take_apart(content)
    text = parts[part].decode()
    for old, new in replacements:
        if old not in text:
            raise ValueError(f"{part} does not hold {old!r}")
        text = text.replace(old, new)
    parts[part] = text.encode()
    return put_together(parts)


def added(content: bytes, extra: Mapping[str, bytes]) -> bytes:
    """The workbook with more parts."""
    return put_together({**take_apart(content), **extra})


def csv_p2(*rows: str, card: str | None = None, period: str = "2025-05") -> str:
    """A good P2 as text, with these table rows."""
    head = card or (
        f"Форма;P2;1.0.0\nОГРН организации;{OGRN}\nИНН организации;7400000001\n"
        f"Наименование организации;ГБПОУ «Колледж»\nОтчётный месяц;{period}\n"
    )
    titles = ";".join(field.title for field in contract("P2", FIRST_VERSIONS).section("trials").fields)
    return "\n".join([head.rstrip("\n"), "", titles, *rows]) + "\n"


TRIAL = "14.10.2025;Проба «Сварщик»;15.01.05;1027400000012;8;12;1;да"
