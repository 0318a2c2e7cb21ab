"""Fact marts of the five forms, from the values that the counting files say."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from demo.answer_key.rows import place_of_rows, said
from demo.files import WrittenFile
from demo.values import Row

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
    for name in ("winners", "teachers"):
        if name in frames["fct_event"]:
            frames["fct_event"] = frames["fct_event"].astype({name: "Int64"})
    return frames


def _said(row: Row) -> dict[str, Any]:
    return said(row, MART_NAMES)


def _passport(file: WrittenFile) -> list[dict[str, Any]]:
    return [{"school_year": file.term.period_code, **_said(file.values.card)}]


def _contingent(file: WrittenFile) -> list[dict[str, Any]]:
    return [
        {"school_year": file.term.period_code, "grade": int(str(row["row_code"])), **_said(row)}
        for row in file.values.rows("by_grade")
        if row["row_code"] != "total"
    ]


def _events(file: WrittenFile) -> list[dict[str, Any]]:
    return [
        {
            "row_no": row_no,
            "period_code": file.term.period_code,
            "school_year": file.term.school_year,
            **_said(row),
        }
        for row_no, row in zip(place_of_rows(file, "events"), file.values.rows("events"), strict=False)
    ]


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
    return [
        {
            "row_no": row_no,
            "period_code": file.term.period_code,
            "school_year": file.term.school_year,
            **_said(row),
        }
        for row_no, row in zip(place_of_rows(file, "trials"), file.values.rows("trials"), strict=False)
    ]
