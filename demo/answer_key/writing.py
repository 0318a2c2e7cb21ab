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
from demo.answer_key.methodologies import M2024, in_force
from demo.answer_key.organisation_versions import organisation_versions
from demo.answer_key.process_facts import process_frames
from demo.answer_key.rating import (
    UNIT,
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
    recomputed_places,
    variant_rows,
)
from demo.answer_key.territories import Territories
from demo.files import WrittenFile
from demo.history import described_on
from demo.organisations import Organisation
from demo.periods import SCHOOL_YEARS, span

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
    "previous_rank_recomputed",
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
        self._center_values: list[pd.DataFrame] = []
        self._center_places: dict[tuple[str, str], str] = {}
        self._scores: dict[str, list[pd.DataFrame]] = {}
        self._alternatives: list[pd.DataFrame] = []

    def add(self, orgs: list[Organisation], files: list[WrittenFile]) -> None:
        """Write everything that one batch of organisations decides by itself; keep its sums and scores."""
        obligations = obligations_frame(orgs, files)
        counting = list(counting_files(files).values())
        facts = fact_frames(counting)
        units = unit_indicators(orgs, obligations, facts)
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
        measured = measure(Reports(obligations, counting), orgs, self._territories)
        values = pd.concat([with_values(units)[INDICATOR_COLUMNS], unit_rows(measured)], ignore_index=True)
        self._append("fct_indicator_value", values)
        self._measured_sums.add(measured)
        is_center = values["unit_type"] == "employment_center"
        self._center_values.append(values[is_center])
        self._center_places |= _places([org for org in orgs if org.kind == "employment_center"])
        schools = self._rate("school", values)
        if len(schools):
            self._keep("school", _with_school_group(schools, units, orgs))
        self._keep("spo_college", self._rate("spo_college", values).assign(group_code=None))
        self._sums = [add_up([*self._sums, partial_sums(units)])]

    def finish(self) -> None:
        """Write what all organisations together decide: sums of municipalities and regions, and ranks."""
        self._append("measure_execution", self._execution.frame())
        self._append("measure_execution_year", self._execution_of_years.frame())
        self._append("reporting_discipline_municipality", self._discipline[0])
        self._append("reconciliation", self._reconciliations.frame())
        waited = list(self._territories.measured())
        self._measured_sums.add(waited)
        sums = with_values(finished(self._sums[0]))[INDICATOR_COLUMNS]
        values = pd.concat([sums, unit_rows(waited), self._measured_sums.rows()], ignore_index=True)
        self._append("fct_indicator_value", values)
        centers = self._rate("employment_center", pd.concat([*self._center_values, values]))
        if len(centers):
            places = zip(centers["unit_code"], centers["school_year"], strict=True)
            groups = [municipality_group(self._center_places[place]) for place in places]
            self._keep("employment_center", centers.assign(group_code=groups))
        towns = self._rate("municipality", values)
        groups = [municipality_group(code) for code in towns["unit_code"]]
        self._keep("municipality", towns.assign(group_code=groups))
        every = ranks(pd.concat(self._alternatives, ignore_index=True))
        self._write_robustness(every)
        for unit_type, scores in sorted(self._scores.items()):
            self._write_rating(unit_type, pd.concat(scores, ignore_index=True), recomputed_places(every))

    def _rate(self, unit_type: str, values: pd.DataFrame) -> pd.DataFrame:
        """Write what each indicator brought to units of a kind; their scores by the methodology in force."""
        rated = values[values["unit_type"] == unit_type]
        if rated.empty:
            return pd.DataFrame()
        parts, scores = contributions(rated)
        self._append("rating_contribution", parts)
        self._append("rating_explanation", explanation_parts(rated))
        self._alternatives.append(alternatives(rated))
        return scores

    def _keep(self, unit_type: str, scores: pd.DataFrame) -> None:
        if len(scores):
            self._scores.setdefault(unit_type, []).append(scores)

    def _write_rating(self, unit_type: str, scores: pd.DataFrame, recomputed: pd.DataFrame) -> None:
        unit_column = "municipality_code" if unit_type == "municipality" else "ogrn"
        rating = ranked(scores).merge(recomputed, on=UNIT, how="left")[RATING_COLUMNS]
        rating = rating.astype({"previous_rank_recomputed": "Int64"}).rename(
            columns={"unit_code": unit_column}
        )
        self._append(f"rating_{unit_type}", rating.sort_values(["region_code", "school_year", unit_column]))

    def _write_robustness(self, every: pd.DataFrame) -> None:
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


def _places(orgs: list[Organisation]) -> dict[tuple[str, str], str]:
    """The municipality in which each organisation stood when a school year ended."""
    return {(org.ogrn, year): described_on(org, span(year)[1]).oktmo for org in orgs for year in SCHOOL_YEARS}


def _with_school_group(scores: pd.DataFrame, units: pd.DataFrame, orgs: list[Organisation]) -> pd.DataFrame:
    """Schools go by city and country in m2024.1, later by pupils of grades 6–11: the denominator of 3.1."""
    contingent = units[units["indicator_code"] == "3.1"].set_index(["unit_code", "school_year"])[
        "denominator"
    ]
    joined = scores.join(contingent, on=["unit_code", "school_year"])
    is_urban = {org.ogrn: org.is_urban for org in orgs}
    groups = [
        place_group(is_urban[ogrn]) if in_force(year, "school") is M2024["school"] else school_group(students)
        for ogrn, year, students in zip(
            joined["unit_code"], joined["school_year"], joined["denominator"], strict=True
        )
    ]
    return scores.assign(group_code=pd.Series(groups, index=scores.index, dtype=object))
