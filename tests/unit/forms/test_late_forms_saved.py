"""Blanks M1 (all three layouts) and P3 (decimals, codes like dates) saved by LibreOffice are read as filled.

The files are ours: the blanks of 1.0.0 with the values below, converted with ``soffice --convert-to``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingest.forms.catalogue import find_version
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult

FOLDER = Path(__file__).parent / "saved_by_libreoffice"
SUFFIXES = ("xlsx", "xls", "ods")
OGRN = "1027400000001"
NAME = "Управление образования «Север–Юг» № 1"
ACTS = [
    {"act_kind": "guidance_order", "act_number": "01-12/7", "act_date": date(2025, 9, 1),
     "act_title": "О сопровождении; \"план\" & <меры>", "act_url": "https://example.org/a?b=1&c=2"},
    {"act_kind": "guidance_order", "act_number": "0042", "act_date": date(2025, 12, 31),
     "act_title": "О внесении изменений", "act_url": None},
]  # fmt: skip
# Zeros, blanks and large numbers stand beside each other on purpose.
M1: Mapping[str, Any] = {
    "card": {
        "ogrn": OGRN, "inn": "7400000001", "organisation_name": NAME, "period": "2025-H2",
        "trained_unique": 120, "recommendations_ovz": 0, "analytic_note_on": date(2025, 12, 15),
        "analytic_note_url": "https://example.org/note", "recommendations_issued": 7,
        "applied_to_regional_contest": True, "regional_contest_result": "prize",
        "resource_submitted": 30, "resource_accepted": 20, "resource_rejected": 10,
        "resource_published": None, "resource_views": 123456, "consultations_individual": 0,
        "consultations_group": None, "consulted_teachers": 5, "consulted_heads": 1,
    },
    "acts": ACTS,
    "groups": {row: {"groups_count": 2, "members": 15, "meetings": 0, "recommendations": 3}
               for row in ("working", "project")},
    "sites": {row: {"applications": 4, "selected": 2, "active": 9} for row in ("municipal", "regional")},
    "events": {row: {"events_count": 1, "heads": 10, "teachers": 20, "psychologists": 0, "parents": 300,
                     "participants_total": 330}
               for row in ("seminar", "meeting", "parent_meeting")},
    "contests": {row: {"schools_count": 5, "works_submitted": 12, "works_accepted": 11, "winners": 3,
                       "works_replicated": 1}
                 for row in ("methodical", "shift_programmes", "practice_bank")},
    "training": {row: {"courses_count": 1, "hours": 72, "trained": 40}
                 for row in ("gifted", "low_motivation", "ovz")},
}  # fmt: skip
P3: Mapping[str, Any] = {
    "card": {"ogrn": OGRN, "inn": "7400000001", "organisation_name": NAME, "period": "2025-2026",
             "entrants_attended_events": 41},
    "admission": [
        {"specialty_code": "09.02.07", "admission_base": "grade_9", "quota": 50, "applications": 312,
         "admitted_budget": 50, "admitted_paid": 25, "admitted_total": 75, "admitted_ovz": 2,
         "admitted_disabled": 0, "admitted_targeted": 1, "average_certificate_score": Decimal("4.35")},
        {"specialty_code": "08.01.28", "admission_base": "grade_11", "quota": 25, "applications": 20,
         "admitted_budget": 20, "admitted_paid": 0, "admitted_total": 20, "admitted_ovz": 0,
         "admitted_disabled": 1, "admitted_targeted": 0, "average_certificate_score": None},
    ],
    "territories": [
        {"school_oktmo": "75503000", "admitted_after_9": 75, "admitted_after_11": 20, "admitted_total": 95},
    ],
}  # fmt: skip
FILLED = {"M1": M1, "P3": P3}


def read(form: str, suffix: str) -> ReadResult:
    return read_submission_file(
        FOLDER / f"{form}.{suffix}",
        file_name=f"{form}.{suffix}",
        expected=ExpectedSender("chelyabinsk", OGRN),
    )


def values_of(form: str, result: ReadResult) -> dict[str, Any]:
    """What was read, in the shape in which it was filled in."""
    contract = find_version(form, "1.0.0")
    assert contract is not None
    read_back: dict[str, Any] = {}
    for section in contract.sections:
        names = ["row_no", *(f.name for f in section.raw_fields), "notes"]
        rows = [dict(zip(names, row, strict=True)) for row in result.sections[section.name].rows]
        plain = [
            {name: value for name, value in row.items() if name not in ("row_no", "notes")} for row in rows
        ]
        if section.layout == "card":
            read_back[section.name] = plain[0]
        elif section.layout == "matrix":
            read_back[section.name] = {row.pop("row_code"): row for row in plain}
        else:
            read_back[section.name] = plain
    return read_back


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("form", FILLED)
def test_a_late_form_is_read_as_it_was_filled_in(form: str, suffix: str) -> None:
    result = read(form, suffix)
    assert result.findings == []
    assert (result.ogrn, result.form_code) == (OGRN, form)
    assert values_of(form, result) == FILLED[form]
