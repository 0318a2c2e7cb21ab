"""Facts of the processes that each have a form of their own, from the values that the counting files say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from demo.answer_key.rows import place_of_rows, said
from demo.files import WrittenFile
from demo.values import FormValues, Row

Rows = Iterator[dict[str, Any]]
BY_FILE = ("source_uri", "row_no")


@dataclass(frozen=True)
class FactOf:
    """A section that becomes rows of a mart, one for one.

    `kind` names the column for a matrix's row, without it the rows are those of a table or a card; `left_out`
    are the matrix's rows that repeat others; `renamed` maps the form's names to the mart's. `annual`: the
    period is a school year and is called so.
    """

    mart: str
    form_code: str
    section: str
    kind: str = ""
    annual: bool = False
    left_out: tuple[str, ...] = ("total",)
    renamed: dict[str, str] = field(default_factory=dict, hash=False)
    names_form: bool = False


ONE_FOR_ONE = (
    FactOf("fct_agreement", "S2", "agreements", names_form=True),
    FactOf("fct_agreement", "C8", "agreements", names_form=True),
    FactOf("fct_agreement", "P5", "agreements", names_form=True),
    FactOf("fct_act", "S13", "acts", renamed={"act_no": "act_number", "title": "act_title"}, names_form=True),
    FactOf("fct_act", "M1", "acts", renamed={"act_date": "adopted_on"}, names_form=True),
    FactOf(
        "fct_publication",
        "S8",
        "publications",
        "channel",
        names_form=True,
    ),
    FactOf(
        "fct_publication",
        "C9",
        "channels",
        "channel",
        renamed={"publications": "publication_count", "views": "view_count"},
        names_form=True,
    ),
    FactOf("fct_staff_training", "S4", "by_position", "position"),
    FactOf("fct_staff_training_topic", "S4", "by_topic", "topic", left_out=("unique",)),
    FactOf("fct_destination", "S6", "by_grade", "grade", annual=True),
    FactOf("fct_inclusion_activity", "S7", "by_kind", "activity_kind", annual=True),
    FactOf("fct_digital_resource", "S8", "card"),
    FactOf("fct_digital_use", "S8", "by_grade", "grade"),
    FactOf("fct_shift", "S9", "shifts", annual=True),
    FactOf("fct_survey", "S10", "surveys", annual=True),
    FactOf("fct_intention_area", "S10", "by_area", "area", annual=True),
    FactOf("fct_programme", "S11", "programmes", annual=True),
    FactOf("fct_contest", "S11", "contests", annual=True),
    FactOf("fct_practice", "S11", "practices", annual=True),
    FactOf("fct_parent_meeting", "S12", "meetings"),
    FactOf("fct_programme_strategy", "S13", "programme", "category", annual=True),
    FactOf("fct_temporary_employment", "C2", "card"),
    FactOf("fct_center_event", "C3", "events"),
    FactOf("fct_center_event_coverage", "C3", "coverage", "grade"),
    FactOf("fct_center_staff", "C4", "card"),
    FactOf("fct_center_staff_activity", "C4", "activities", "activity_kind"),
    FactOf("fct_territory_intention", "C5", "by_grade", "grade", annual=True),
    FactOf("fct_territory_intention_area", "C5", "by_field_of_study", "area", annual=True),
    FactOf("fct_consultation", "C6", "consultations", "consultation_kind"),
    FactOf("fct_center_infrastructure", "C7", "card", annual=True),
    FactOf("fct_center_tool", "C7", "tools", "tool_kind", annual=True),
    FactOf("fct_route", "C8", "routes"),
    FactOf("fct_information", "C9", "card"),
    FactOf("fct_show", "C9", "shows", "show_kind"),
    FactOf("fct_municipal_event", "M1", "events", "event_kind"),
    FactOf("fct_municipal_contest", "M1", "contests", "contest_kind"),
    FactOf("fct_college_contingent", "P1", "specialties", annual=True),
    FactOf("fct_trial_plan", "P2", "card"),
    FactOf("fct_admission", "P3", "admission", annual=True),
    FactOf("fct_admission_territory", "P3", "territories", annual=True),
    FactOf("fct_graduate_outcome", "P4", "outcomes", renamed={"row_number": "form_row"}),
    FactOf("fct_championship", "P6", "championships", annual=True),
    FactOf("fct_college_event", "P6", "events", annual=True),
)
TABLES = {
    "fct_agreement", "fct_act", "fct_shift", "fct_survey", "fct_programme", "fct_contest", "fct_practice",
    "fct_parent_meeting", "fct_center_event", "fct_route", "fct_college_contingent", "fct_admission",
    "fct_admission_territory", "fct_graduate_outcome", "fct_championship", "fct_college_event",
}  # fmt: skip
# Marts that put the sections of one form side by side, or the cards of several.
TOGETHER = {
    "fct_staff": ("ogrn", "period_code"),
    "fct_inclusion": ("ogrn", "school_year", "grade"),
    "fct_parent_work": ("ogrn", "period_code"),
    "fct_center_parent_work": ("ogrn", "period_code"),
    "fct_municipal_activity": ("ogrn", "period_code"),
    "fct_school_year": ("ogrn", "school_year"),
    "fct_college_year": ("ogrn", "school_year"),
}
YEARLY_CARDS = {"fct_school_year": ("S7", "S9", "S10", "S11", "S13"), "fct_college_year": ("P1", "P3", "P6")}


def mart_keys() -> dict[str, tuple[str, ...]]:
    """How the rows of each of these marts are told apart."""
    keys = dict(TOGETHER)
    for fact in ONE_FOR_ONE:
        period = "school_year" if fact.annual else "period_code"
        kind = (fact.kind,) if fact.kind else ()
        keys[fact.mart] = BY_FILE if fact.mart in TABLES else ("ogrn", period, *kind)
    return keys


def process_frames(counting: list[WrittenFile]) -> dict[str, pd.DataFrame]:
    """Mart name → rows, each with the file it comes from where one file tells it."""
    rows: dict[str, list[dict[str, Any]]] = {mart: [] for mart in mart_keys()}
    for file in counting:
        for fact in ONE_FOR_ONE:
            if fact.form_code == file.term.form_code:
                rows[fact.mart] += _one_for_one(fact, file)
        match file.term.form_code:
            case "S4":
                rows["fct_staff"] += _staff(file)
            case "S7":
                rows["fct_inclusion"] += _inclusion(file)
            case "S12":
                rows["fct_parent_work"] += _parents(file)
            case "C6":
                rows["fct_center_parent_work"] += _center_parents(file)
            case "M1":
                rows["fct_municipal_activity"] += _municipal(file)
    for mart, forms in YEARLY_CARDS.items():
        rows[mart] += _cards_of_a_year(counting, forms)
    return {mart: pd.DataFrame(told) for mart, told in rows.items()}


def _about(file: WrittenFile, annual: bool = False) -> dict[str, Any]:
    about = {"region_code": file.org.region_code, "source_uri": file.source_uri, "ogrn": file.org.ogrn}
    if annual:
        return {**about, "school_year": file.term.period_code}
    return {**about, "period_code": file.term.period_code, "school_year": file.term.school_year}


def _one_for_one(fact: FactOf, file: WrittenFile) -> Rows:
    form = {"form_code": fact.form_code} if fact.names_form else {}
    places = place_of_rows(file, fact.section) if fact.mart in TABLES else None
    for row in file.values.rows(fact.section):
        if fact.kind and row["row_code"] in fact.left_out:
            continue
        kind = {fact.kind: row["row_code"]} if fact.kind else {}
        number = {} if places is None else {"row_no": next(places)}
        yield {**_about(file, fact.annual), **form, **kind, **number, **said(row, fact.renamed)}


def _staff(file: WrittenFile) -> Rows:
    together = said(file.values.row("by_topic", "unique"))
    yield {**_about(file), **said(file.values.card), **{f"unique_{name}": n for name, n in together.items()}}


def _inclusion(file: WrittenFile) -> Rows:
    plans = {row["row_code"]: said(row) for row in file.values.rows("plans")}
    for row in file.values.rows("by_grade"):
        if row["row_code"] != "total":
            grade = row["row_code"]
            yield {**_about(file, annual=True), "grade": grade, **said(row), **plans.get(grade, {})}


def _side_by_side(values: FormValues, section: str, names: dict[str, str], rows: Iterable[str]) -> Row:
    """Figures of a matrix in one row; in a name, `*` stands for the code of the matrix's row."""
    return {
        name.replace("*", code): values.row(section, code)[field]
        for code in rows
        for field, name in names.items()
    }


def _parents(file: WrittenFile) -> Rows:
    values = file.values
    tutors = {"tutor_count": "*_tutors", "students_supported": "*_students_supported"}
    yield {
        **_about(file),
        **said(values.card),
        **_side_by_side(values, "coverage", {"unique_parents": "unique_parents_*"}, ("6_7", "8_9", "10_11")),
        **_side_by_side(values, "tutors", tutors, ("partner", "parent")),
    }


def _center_parents(file: WrittenFile) -> Rows:
    names = {
        "events_count": "*_meetings",
        "schools_count": "*_schools_count",
        "parents": "*_parents",
        "parents_remote": "*_parents_remote",
    }
    meetings = _side_by_side(file.values, "meetings", names, ("school", "municipal", "intensive"))
    yield {**_about(file), **said(file.values.card), **meetings}


def _municipal(file: WrittenFile) -> Rows:
    groups = {
        "groups_count": "*_groups_count",
        "members": "*_group_members",
        "meetings": "*_group_meetings",
        "recommendations": "*_group_recommendations",
    }
    sites = {"applications": "*_sites_applied", "selected": "*_sites_selected", "active": "*_sites_active"}
    training = {"courses_count": "*_courses_count", "hours": "*_course_hours", "trained": "*_trained"}
    yield {
        **_about(file),
        **said(file.values.card),
        **_side_by_side(file.values, "groups", groups, ("working", "project")),
        **_side_by_side(file.values, "sites", sites, ("municipal", "regional")),
        **_side_by_side(file.values, "training", training, ("gifted", "low_motivation", "ovz")),
    }


def _cards_of_a_year(counting: list[WrittenFile], forms: tuple[str, ...]) -> list[dict[str, Any]]:
    years: dict[tuple[str, str], dict[str, Any]] = {}
    for file in counting:
        if file.term.form_code in forms:
            about = _about(file, annual=True)
            del about["source_uri"]
            held = years.setdefault((file.org.ogrn, file.term.period_code), about)
            held.update(said(file.values.card))
    return list(years.values())
