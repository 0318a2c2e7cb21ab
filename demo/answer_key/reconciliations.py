"""The same fact as two forms tell it, from the values that the counting files say."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

import pandas as pd

from demo.facts import municipalities
from demo.files import WrittenFile
from demo.history import described_on
from demo.periods import span

# Comparison → unit, whether the first may be larger, share and number of persons that are let pass.
COMPARISONS: dict[str, tuple[str, bool, Fraction, int]] = {
    "trials": ("school", True, Fraction(0), 0),
    "guidance_services": ("municipality", False, Fraction(1, 2), 20),
    "intentions": ("municipality", False, Fraction(1, 10), 10),
    "intended_and_admitted": ("region", False, Fraction(1, 5), 20),
    "graduates": ("school", False, Fraction(1, 10), 10),
    "passport_total": ("school", False, Fraction(0), 0),
    "pupils_with_ovz": ("school", False, Fraction(1, 10), 5),
    "left_for_colleges": ("municipality", False, Fraction(1, 5), 20),
}
FIRST, SECOND = 0, 1
Key = tuple[str, str, str, str, str]


class Reconciliations:
    """Adds up the two sides of every comparison over batches of organisations."""

    def __init__(self) -> None:
        self._told: dict[Key, list[int | None]] = defaultdict(lambda: [None, None])

    def add(self, counting: list[WrittenFile]) -> None:
        """The counting files of whole organisations."""
        latest: dict[tuple[str, str, str], WrittenFile] = {}
        for file in sorted(counting, key=lambda one: one.term.period_code):
            latest[file.org.ogrn, file.term.form_code, file.term.school_year] = file
            tell = {
                "S1": self._passport,
                "S3": self._school_trials,
                "S5": self._intentions,
                "S6": self._destinations,
                "S7": self._inclusion,
                "C5": self._territory,
                "P2": self._college_trials,
                "P3": self._admission,
            }.get(file.term.form_code)
            if tell is not None:
                tell(file)
        for (_, form_code, year), file in latest.items():
            if form_code == "S3":
                row = file.values.row("coverage", "diagnostics")
                reached = int(str(row["unique_8_9"])) + int(str(row["unique_10_11"]))
                self._say(file, "guidance_services", FIRST, reached, period=year)
            if form_code == "C1":
                served = int(str(file.values.card["service_age_14_17"]))
                self._say(file, "guidance_services", SECOND, served, period=year)

    def frame(self) -> pd.DataFrame:
        """One row per comparison, unit, period and detail."""
        return pd.DataFrame([_row(key, *told) for key, told in sorted(self._told.items())])

    def _say(
        self,
        file: WrittenFile,
        code: str,
        side: int,
        figure: int,
        *,
        unit: str | None = None,
        period: str | None = None,
        detail: str = "all",
    ) -> None:
        unit_type = COMPARISONS[code][0]
        if unit is None:
            at = described_on(file.org, span(file.term.school_year)[1])
            unit = {"school": at.ogrn, "municipality": at.oktmo, "region": at.region_code}[unit_type]
        key = (code, file.org.region_code, unit, period or file.term.period_code, detail)
        told = self._told[key]
        told[side] = (told[side] or 0) + figure

    def _passport(self, file: WrittenFile) -> None:
        rows = file.values.rows("by_grade")
        total = file.values.row("by_grade", "total")["students"]
        self._say(file, "passport_total", FIRST, int(str(total)))
        self._say(file, "passport_total", SECOND, _sum(rows, "students"))
        self._say(file, "pupils_with_ovz", FIRST, _sum(rows, "students_ovz"))

    def _inclusion(self, file: WrittenFile) -> None:
        with_ovz = _sum(file.values.rows("by_grade"), "students_ovz")
        self._say(file, "pupils_with_ovz", SECOND, with_ovz)

    def _territory(self, file: WrittenFile) -> None:
        for row in file.values.rows("by_grade"):
            asked = int(str(row["surveyed_of_territory"]))
            self._say(file, "intentions", SECOND, asked, detail=str(row["row_code"]))

    def _school_trials(self, file: WrittenFile) -> None:
        trials = [row for row in file.values.rows("events") if row["activity_kind"] == "trial"]
        self._say(file, "trials", FIRST, _sum(trials, "participants_total"))

    def _college_trials(self, file: WrittenFile) -> None:
        year, month = file.term.period_code.split("-")
        quarter = f"{year}-Q{(int(month) + 2) // 3}"
        for row in file.values.rows("trials"):
            people = int(str(row["participants"]))
            self._say(file, "trials", SECOND, people, unit=str(row["school_ogrn"]), period=quarter)

    def _intentions(self, file: WrittenFile) -> None:
        for row in file.values.rows("by_grade"):
            grade = str(row["row_code"])
            self._say(file, "intentions", FIRST, int(str(row["surveyed"])), detail=grade)
            self._say(file, "intended_and_admitted", FIRST, int(str(row["to_spo"])), detail=grade)
            self._say(file, "graduates", FIRST, int(str(row["graduates"])), detail=grade)

    def _destinations(self, file: WrittenFile) -> None:
        for row in file.values.rows("by_grade"):
            self._say(file, "graduates", SECOND, int(str(row["graduates"])), detail=str(row["row_code"]))
            self._say(file, "left_for_colleges", FIRST, int(str(row["to_spo"])))

    def _admission(self, file: WrittenFile) -> None:
        before = _year_before(file.term.period_code)
        for row in file.values.rows("admission"):
            grade = {"grade_9": "9", "grade_11": "11"}[str(row["admission_base"])]
            people = int(str(row["admitted_total"]))
            self._say(file, "intended_and_admitted", SECOND, people, period=before, detail=grade)
        for row in file.values.rows("territories"):
            people, code = int(str(row["admitted_total"])), str(row["school_oktmo"])[:8]
            if code in municipalities():
                self._say(file, "left_for_colleges", SECOND, people, unit=code, period=before)


def _sum(rows: list[dict[str, Any]], name: str) -> int:
    return sum(int(str(row[name])) for row in rows if row.get("row_code") != "total")


def _year_before(school_year: str) -> str:
    first = int(school_year[:4])
    return f"{first - 1}-{first}"


def _row(key: Key, first: int | None, second: int | None) -> dict[str, Any]:
    code, region, unit, period, detail = key
    unit_type, may_be_larger, share, least = COMPARISONS[code]
    larger = max(value for value in (first, second) if value is not None)
    tolerance = max(least, int(share * larger))
    difference = None if first is None or second is None else first - second
    return {
        "reconciliation_code": code,
        "region_code": region,
        "unit_type": unit_type,
        "unit_code": unit,
        "period_code": period,
        "detail": detail,
        "first_value": first,
        "second_value": second,
        "difference": difference,
        "tolerance": tolerance,
        "verdict": _verdict(difference, tolerance, may_be_larger),
    }


def _verdict(difference: int | None, tolerance: int, may_be_larger: bool) -> str:
    if difference is None:
        return "one_sided"
    if difference == 0 or (may_be_larger and difference > 0):
        return "agree"
    return "within_tolerance" if abs(difference) <= tolerance else "differ"
