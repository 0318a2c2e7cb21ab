"""The answer key as CSV files, written batch by batch so that memory stays flat."""

from pathlib import Path

import pandas as pd

from demo.answer_key.aggregates import add_up, finished, partial_sums
from demo.answer_key.deliveries import (
    counting_files,
    critical_frame,
    cross_frame,
    faults_frame,
    files_frame,
    obligations_frame,
)
from demo.answer_key.discipline import discipline_frame, municipal_discipline, municipal_rows
from demo.answer_key.execution import MeasureExecution
from demo.answer_key.facts import fact_frames
from demo.answer_key.indicators import unit_indicators, with_values
from demo.answer_key.measured_values import Sums, measure, unit_rows
from demo.answer_key.measures import measure_reports
from demo.answer_key.organisation_versions import organisation_versions
from demo.answer_key.process_facts import process_frames
from demo.answer_key.rating import (
    IN_FORCE,
    M2024,
    contributions,
    municipality_group,
    place_group,
    ranked,
    school_group,
)
from demo.answer_key.reconciliations import Reconciliations
from demo.answer_key.reports import Reports
from demo.answer_key.robustness import (
    alternatives,
    drawn_intervals,
    effect_rows,
    explanation_parts,
    explanation_units,
    ranks,
    variant_rows,
)
from demo.answer_key.territories import Territories
from demo.files import WrittenFile
from demo.organisations import Organisation

INDICATOR_COLUMNS = [
    "indicator_code",
    "region_code",
    "unit_type",
    "unit_code",
    "school_year",
    "numerator",
    "denominator",
    "value",
    "missing_reason",
]
RATING_COLUMNS = [
    "region_code",
    "school_year",
    "unit_code",
    "score",
    "rank",
    "rank_in_group",
    "group_code",
    "previous_rank",
    "is_ranked",
    "unranked_reason",
    "available_weight",
    "methodology_code",
]


class AnswerKey:
    """Collects batches and writes the tables of the key into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.csv"):
            path.unlink()
        self._columns: dict[str, list[str]] = {}
        self._execution = MeasureExecution("period_code")
        self._execution_of_years = MeasureExecution("school_year")
        self._discipline: list[pd.DataFrame] = []
        self._reconciliations = Reconciliations()
        self._sums: list[pd.DataFrame] = []
        self._measured_sums = Sums()
        self._territories = Territories()
        self._scores: list[pd.DataFrame] = []
        self._alternatives: list[pd.DataFrame] = []

    def add(self, orgs: list[Organisation], files: list[WrittenFile]) -> None:
        """Write everything that one batch of organisations decides by itself; keep its sums and scores."""
        obligations = obligations_frame(orgs, files)
        counting = list(counting_files(files).values())
        facts = fact_frames(counting)
        units = unit_indicators(orgs, obligations, facts)
        values = with_values(units)
        parts, scores = contributions(values)
        self._append("files", files_frame(files))
        self._append("faults", faults_frame(files))
        self._append("critical", critical_frame(files))
        self._append("cross", cross_frame(files))
        self._append("dim_organisation", organisation_versions(orgs))
        self._append("fct_obligation", obligations)
        discipline = discipline_frame(obligations, orgs)
        self._append("reporting_discipline", discipline)
        self._discipline = [municipal_discipline([*self._discipline, municipal_rows(discipline)])]
        for mart, frame in {**facts, **process_frames(counting)}.items():
            self._append(mart, frame)
        reports = measure_reports(counting)
        self._append("fct_measure_report", reports)
        kinds = {org.ogrn: org.kind for org in orgs}
        self._execution.add(obligations, reports, kinds)
        self._execution_of_years.add(obligations, reports, kinds)
        self._reconciliations.add(counting)
        self._append("fct_indicator_value", values[INDICATOR_COLUMNS])
        measured = measure(Reports(obligations, counting), orgs, self._territories)
        self._append("fct_indicator_value", unit_rows(measured))
        self._measured_sums.add(measured)
        self._append("rating_contribution", parts)
        self._append("rating_explanation", explanation_parts(values))
        if len(scores):
            self._scores.append(_with_school_group(scores, units, orgs))
            self._alternatives.append(alternatives(values))
        self._sums = [add_up([*self._sums, partial_sums(units)])]

    def finish(self) -> None:
        """Write what all organisations together decide: sums of municipalities and regions, and ranks."""
        self._append("measure_execution", self._execution.frame())
        self._append("measure_execution_year", self._execution_of_years.frame())
        self._append("reporting_discipline_municipality", self._discipline[0])
        self._append("reconciliation", self._reconciliations.frame())
        values = with_values(finished(self._sums[0]))
        self._append("fct_indicator_value", values[INDICATOR_COLUMNS])
        waited = list(self._territories.measured())
        self._append("fct_indicator_value", unit_rows(waited))
        self._measured_sums.add(waited)
        self._append("fct_indicator_value", self._measured_sums.rows())
        parts, scores = contributions(values)
        self._append("rating_contribution", parts)
        self._append("rating_explanation", explanation_parts(values))
        self._write_robustness(pd.concat([*self._alternatives, alternatives(values)], ignore_index=True))
        scores = scores.assign(group_code=[municipality_group(code) for code in scores["unit_code"]])
        self._write_rating("rating_school", pd.concat(self._scores, ignore_index=True), "ogrn")
        self._write_rating("rating_municipality", scores, "municipality_code")

    def _write_rating(self, name: str, scores: pd.DataFrame, unit_column: str) -> None:
        rating = ranked(scores)[RATING_COLUMNS].rename(columns={"unit_code": unit_column})
        self._append(name, rating.sort_values(["region_code", "school_year", unit_column]))

    def _write_robustness(self, ways: pd.DataFrame) -> None:
        every = ranks(ways)
        intervals = drawn_intervals(every)
        self._append("rating_variant", variant_rows(every, intervals))
        self._append("rating_methodology_effect", effect_rows(every))
        self._append("rating_explanation_units", explanation_units(every, intervals))

    def _append(self, name: str, frame: pd.DataFrame) -> None:
        """Add rows to a table; a batch may say more than those before it, or less."""
        path = self.folder / f"{name}.csv"
        if not len(frame):
            return
        held = self._columns.get(name, [])
        added = [column for column in frame.columns if column not in held]
        if held and added:
            before = pd.read_csv(path, dtype=str, keep_default_na=False)
            before.reindex(columns=[*held, *added], fill_value="").to_csv(
                path, index=False, lineterminator="\n"
            )
        self._columns[name] = [*held, *added]
        frame.reindex(columns=self._columns[name]).to_csv(
            path, mode="a", index=False, header=not held, lineterminator="\n"
        )


def _with_school_group(scores: pd.DataFrame, units: pd.DataFrame, orgs: list[Organisation]) -> pd.DataFrame:
    """Schools go by city and country in m2024.1, later by pupils of grades 6–11: the denominator of 3.1."""
    contingent = units[units["indicator_code"] == "3.1"].set_index(["unit_code", "school_year"])[
        "denominator"
    ]
    joined = scores.join(contingent, on=["unit_code", "school_year"])
    is_urban = {org.ogrn: org.is_urban for org in orgs}
    groups = [
        place_group(is_urban[ogrn]) if IN_FORCE[year] is M2024 else school_group(students)
        for ogrn, year, students in zip(
            joined["unit_code"], joined["school_year"], joined["denominator"], strict=True
        )
    ]
    return scores.assign(group_code=pd.Series(groups, index=scores.index, dtype=object))
