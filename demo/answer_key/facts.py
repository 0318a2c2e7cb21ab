"""Fact marts of the five forms, from the values that the counting files say."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from demo.drafts import first_line
from demo.files import WrittenFile
from demo.periods import span
from demo.values import Row
from ingest.forms.catalogue import contract as contract_in_force
from ingest.forms.contract import FormContract

# Requisites and personal data do not go to the marts; a row's code is the grade or the kind of activity.
NOT_IN_MARTS = (
    "inn",
    "organisation_name",
    "responsible_full_name",
    "responsible_phone",
    "period",
    "ogrn",
    "oktmo",
    "row_code",
    "teachers",
    "trials_planned",
    "duration_hours",
)
# The marts call these as the first version of the form did.
MART_NAMES = {"holding_format": "format", "employer_involved": "has_employer"}
Expand = Callable[[WrittenFile], list[dict[str, Any]]]


def fact_frames(counting: list[WrittenFile]) -> dict[str, pd.DataFrame]:
    """Mart name → rows, each with the file it comes from; an optional number left out is never 0."""
    makers: dict[str, tuple[str, Expand]] = {
        "fct_school_passport": ("S1", _passport),
        "fct_contingent": ("S1", _contingent),
        "fct_event": ("S3", _events),
        "fct_event_coverage": ("S3", _coverage),
        "fct_intention": ("S5", _intentions),
        "fct_state_service": ("C1", _service),
        "fct_trial": ("P2", _trials),
    }
    frames = {}
    for mart, (form_code, expand) in makers.items():
        rows = [
            {"region_code": file.org.region_code, "source_uri": file.source_uri, "ogrn": file.org.ogrn, **row}
            for file in counting
            if file.term.form_code == form_code
            for row in expand(file)
        ]
        frames[mart] = pd.DataFrame(rows)
    if "winners" in frames["fct_event"]:
        frames["fct_event"] = frames["fct_event"].astype({"winners": "Int64"})
    return frames


def _said(row: Row) -> dict[str, Any]:
    return {MART_NAMES.get(name, name): value for name, value in row.items() if name not in NOT_IN_MARTS}


def _passport(file: WrittenFile) -> list[dict[str, Any]]:
    return [{"school_year": file.term.period_code, **_said(file.values.card)}]


def _contingent(file: WrittenFile) -> list[dict[str, Any]]:
    return [
        {"school_year": file.term.period_code, "grade": int(str(row["row_code"])), **_said(row)}
        for row in file.values.rows("by_grade")
        if row["row_code"] != "total"
    ]


def _events(file: WrittenFile) -> list[dict[str, Any]]:
    first = _contract(file).section("events").first_row or 0
    return [
        {
            "row_no": row_no,
            "period_code": file.term.period_code,
            "school_year": file.term.school_year,
            **_said(row),
        }
        for row_no, row in enumerate(file.values.rows("events"), first + _rows_moved_by(file, "events"))
    ]


def _contract(file: WrittenFile) -> FormContract:
    """The version that the file is filled in: what counts is in the one in force for its period."""
    return contract_in_force(file.term.form_code, span(file.term.period_code)[0])


def _rows_moved_by(file: WrittenFile, section: str) -> int:
    if file.place is None or file.place.section != section:
        return 0
    return file.place.rows_moved_by


def _coverage(file: WrittenFile) -> list[dict[str, Any]]:
    return [
        {
            "period_code": file.term.period_code,
            "school_year": file.term.school_year,
            "activity_kind": row["row_code"],
            **_said(row),
        }
        for row in file.values.rows("coverage")
    ]


def _intentions(file: WrittenFile) -> list[dict[str, Any]]:
    return [
        {"school_year": file.term.period_code, "grade": int(str(row["row_code"])), **_said(row)}
        for row in file.values.rows("by_grade")
    ]


def _service(file: WrittenFile) -> list[dict[str, Any]]:
    return [{"period_code": file.term.period_code, **_said(file.values.card)}]


def _trials(file: WrittenFile) -> list[dict[str, Any]]:
    first = first_line(_contract(file), file.values, "trials")
    return [
        {
            "row_no": row_no,
            "period_code": file.term.period_code,
            "school_year": file.term.school_year,
            **_said(row),
        }
        for row_no, row in enumerate(file.values.rows("trials"), first)
    ]
