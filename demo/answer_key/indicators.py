"""Values of the indicators, written here from their definitions in words."""

from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from demo.answer_key.exact import share
from demo.history import described_on
from demo.organisations import Organisation
from demo.periods import SCHOOL_YEARS, is_over, span, terms

NORM_HOURS = {"basic": 40, "main": 60, "advanced": 80}
SITE_UPDATE_MAX_AGE = 180
CHECKLIST_ITEMS = 10
SMALL_DENOMINATOR = 5
RESPONSE_NEEDED = 80  # per cent of graduates
# Indicators whose denominator counts people: a share of fewer than five is neither rated nor published.
COUNTS_PEOPLE = {
    "2.1", "2.2", "3.1", "3.3", "3.4", "3.5", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "5.2", "6.1",
    "6.2", "6.3", "6.4", "6.5", "Z1", "Z2", "Z3", "Z4", "Z6", "P1", "P2", "P4", "P5", "P6", "P7",
}  # fmt: skip
# What is not per cent and not per hundred of anything.
SCALE = {"2.3": 1, "2.4": 10, "4.2": 1, "4.3": 1, "Z5": 10_000, "P3": 1}
COLUMNS = [
    "indicator_code",
    "region_code",
    "unit_type",
    "unit_code",
    "municipality_code",
    "school_year",
    "numerator",
    "denominator",
    "missing_reason",
]


def scale_of(indicator_code: str) -> int:
    """What the ratio is multiplied by: most indicators are per cent or so many on a hundred."""
    return SCALE.get(indicator_code, 100)


def unit_indicators(
    orgs: list[Organisation], obligations: pd.DataFrame, facts: dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """Numerator and denominator for each organisation, or the reason that stands in their place."""
    units = pd.DataFrame(
        [
            (o.region_code, o.kind, o.ogrn, described_on(o, span(year)[1]).oktmo, o.has_grade_10_11, year)
            for o in orgs
            for year in SCHOOL_YEARS
            # no indicator is defined for an authority by itself, nor for who was not there any more
            if o.kind != "municipal_authority" and was_there(o, year)
        ],
        columns=[
            "region_code",
            "unit_type",
            "unit_code",
            "municipality_code",
            "has_grade_10_11",
            "school_year",
        ],
    )
    parts = [_discipline(units, obligations)]
    schools = units[units["unit_type"] == "school"]
    if len(schools):
        parts += _school_indicators(schools, obligations, facts)
    centers = units[units["unit_type"] == "employment_center"]
    if len(centers):
        parts += _center_indicators(centers, obligations, facts)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def was_there(org: Organisation, school_year: str) -> bool:
    """Whether anything of the school year became due from it."""
    owed = filter(org.owes, terms(org.kind, org.region_code))
    return any(term.school_year == school_year and term.is_due for term in owed)


def with_values(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the value; where it may not be told (too few people, nothing to divide by) add the reason."""
    rows = zip(
        frame["indicator_code"],
        frame["numerator"],
        frame["denominator"],
        frame["missing_reason"],
        strict=True,
    )
    told = [_value(*row) for row in rows]
    values = pd.Series([value for value, _ in told], dtype=object, index=frame.index)
    reasons = pd.Series([reason for _, reason in told], dtype=object, index=frame.index)
    return frame.assign(value=values, missing_reason=reasons)


def _value(code: str, numerator: Any, denominator: Any, reason: Any) -> tuple[Decimal | None, str | None]:
    return value_or_reason(code, numerator, denominator, None if pd.isna(reason) else str(reason))


def value_or_reason(
    code: str, numerator: Any, denominator: Any, reason: str | None
) -> tuple[Decimal | None, str | None]:
    """The value of an indicator, or why it may not be told."""
    if reason is not None:
        return None, reason
    if denominator == 0:
        return None, "not_applicable"
    if code in COUNTS_PEOPLE and denominator < SMALL_DENOMINATOR:
        return None, "small_denominator"
    return share(Fraction(numerator), Fraction(denominator), scale_of(code)), None


def _indicator(
    code: str, units: pd.DataFrame, numerator: pd.Series, denominator: pd.Series, reason: pd.Series
) -> pd.DataFrame:
    known = reason.isna()
    return units.assign(
        indicator_code=code,
        numerator=numerator.astype("Int64").where(known),
        denominator=denominator.astype("Int64").where(known),
        missing_reason=reason,
    )


def _discipline(units: pd.DataFrame, obligations: pd.DataFrame) -> pd.DataFrame:
    due = obligations[[is_over(day) for day in obligations["due_on"]]]
    owed = due.groupby(["ogrn", "school_year"])["is_on_time"].agg(["sum", "size"])
    joined = units.join(owed, on=["unit_code", "school_year"])
    reason = pd.Series("not_due", index=units.index, dtype=object).where(joined["size"].isna(), None)
    return _indicator("1.2", units, joined["sum"], joined["size"], reason)


def _form_reason(units: pd.DataFrame, obligations: pd.DataFrame, form_code: str) -> pd.Series:
    """None if the form was accepted for any period of the year, else whether refused, not sent, not owed."""
    of_form = obligations[obligations["form_code"] == form_code]
    flags = of_form.assign(
        is_accepted=of_form["status"].isin(["accepted", "accepted_late"]),
        is_rejected=of_form["status"] == "rejected",
    )
    by_year = flags.groupby(["ogrn", "school_year"])[["is_accepted", "is_rejected"]].any()
    joined = units.join(by_year, on=["unit_code", "school_year"])
    reason = pd.Series("not_submitted", index=units.index, dtype=object)
    reason = reason.mask(joined["is_rejected"].eq(True), "rejected")
    reason = reason.mask(joined["is_accepted"].eq(True), None)
    return reason.mask(joined["is_accepted"].isna(), "not_applicable")


def _earlier_gap(units: pd.DataFrame, obligations: pd.DataFrame, form_code: str) -> pd.Series:
    """Why a period before the last accepted one does not tell its part; None if all do."""
    reasons: dict[Hashable, str] = {}
    of_form = obligations[obligations["form_code"] == form_code].sort_values("period_code")
    for key, terms_of_year in of_form.groupby(["ogrn", "school_year"]):
        told = terms_of_year["status"].isin(["accepted", "accepted_late"]).to_list()
        if True not in told:
            continue
        last = len(told) - 1 - told[::-1].index(True)
        before = terms_of_year.iloc[:last]
        lacking = before[~before["status"].isin(["accepted", "accepted_late"])]
        rows = zip(lacking["status"], lacking["due_on"], strict=True)
        over = {status for status, due_on in rows if is_over(due_on)}
        if "rejected" in over:
            reasons[key] = "rejected"
        elif over:
            reasons[key] = "not_submitted"
        elif len(lacking):
            reasons[key] = "not_due"
    keys = zip(units["unit_code"], units["school_year"], strict=True)
    return pd.Series([reasons.get(key) for key in keys], index=units.index, dtype=object)


def _first_reason(first: pd.Series, second: pd.Series) -> pd.Series:
    """What is not owed excuses from the whole; else the first that lacks."""
    either = first.where(first.notna(), second)
    return either.mask(first.eq("not_applicable") | second.eq("not_applicable"), "not_applicable")


def _school_indicators(
    units: pd.DataFrame, obligations: pd.DataFrame, facts: dict[str, pd.DataFrame]
) -> list[pd.DataFrame]:
    no_s1, no_s3, no_s5 = (_form_reason(units, obligations, form) for form in ("S1", "S3", "S5"))
    no_s1_s3 = _first_reason(no_s1, no_s3)
    keys = ["unit_code", "school_year"]
    passport = units[keys].join(_by_year(facts["fct_school_passport"]), on=keys)
    contingent = units[keys].join(_contingent(facts["fct_contingent"]), on=keys)
    n6, n8 = contingent["students_6_11"], contingent["students_8_11"]
    events = units[keys].join(_events(facts["fct_event"]), on=keys)
    for name in ("events", "with_employer", "trial_participants"):
        events[name] = events[name].fillna(0)
    covered = {
        kind: units[keys].join(_coverage(facts["fct_event_coverage"], kind), on=keys) for kind in KINDS
    }
    norm = passport["profminimum_level"].map(NORM_HOURS)
    hours = passport["profminimum_hours_actual"]
    flags = [passport[name].astype("boolean").astype("Int64") for name in VSOKO]
    has_responsible = (passport["responsible_count"] >= 1) & passport["has_order"].fillna(False).astype(bool)
    one = pd.Series(1, index=units.index)

    def senior(kind: str) -> pd.Series:
        return covered[kind]["unique_8_9"] + covered[kind]["unique_10_11"]

    result = [
        _indicator("1.1", units, has_responsible.astype(int), one, no_s1),
        _indicator("1.5", units, flags[0] + flags[1] + flags[2], one * 3, no_s1),
        _indicator("3.1", units, contingent["profminimum_6_11"], n6, no_s1),
        _indicator("3.2", units, hours.where(hours < norm, norm), norm, no_s1),
        _indicator("3.3", units, covered["diagnostics"]["unique_total"], n6, no_s1_s3),
        _indicator("3.4", units, senior("open_lesson"), n8, no_s1_s3),
        _indicator("3.6", units, events["with_employer"], events["events"], no_s3),
        _indicator("4.1", units, senior("trial"), n8, no_s1_s3),
        _indicator(
            "4.2",
            units,
            events["trial_participants"],
            covered["trial"]["unique_total"],
            no_s3.where(no_s3.notna(), _earlier_gap(units, obligations, "S3")),
        ),
        _indicator("4.7", units, covered["contest"]["unique_total"], n6, no_s1_s3),
        _indicator("5.1", units, _site(passport), one * CHECKLIST_ITEMS, no_s1),
    ]
    for code, grade in (("6.1", 9), ("6.2", 11)):
        asked = units[keys].join(_intentions(facts["fct_intention"], grade), on=keys)
        reason = no_s5.mask(
            no_s5.isna() & (asked["surveyed"] * 100 < asked["graduates"] * RESPONSE_NEEDED), "low_response"
        )
        reason = reason.mask(no_s5.isna() & (asked["graduates"] == 0), "not_applicable")
        if grade == 11:
            reason = reason.mask(~units["has_grade_10_11"], "not_applicable")
        result.append(
            _indicator(code, units, asked["surveyed"] - asked["undecided"], asked["surveyed"], reason)
        )
    return result


VSOKO = ("vsoko_has_criteria", "vsoko_has_indicators", "vsoko_has_tools")
KINDS = ("diagnostics", "open_lesson", "trial", "contest")


def _by_year(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index(["ogrn", "school_year"])


def _contingent(frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["ogrn", "school_year"]
    all_grades = frame.groupby(keys)[["students", "profminimum_students"]].sum()
    senior = frame[frame["grade"] >= 8].groupby(keys)["students"].sum()
    return pd.DataFrame(
        {
            "students_6_11": all_grades["students"],
            "profminimum_6_11": all_grades["profminimum_students"],
            "students_8_11": senior,
        }
    )


def _events(frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["ogrn", "school_year"]
    if frame.empty:
        index = pd.MultiIndex.from_arrays([[], []], names=keys)
        return pd.DataFrame(
            columns=["events", "with_employer", "trial_participants"], index=index, dtype=float
        )
    trials = frame[frame["activity_kind"] == "trial"]
    grouped = frame.groupby(keys)["has_employer"].agg(["size", "sum"])
    return pd.DataFrame(
        {
            "events": grouped["size"],
            "with_employer": grouped["sum"].astype(int),
            "trial_participants": trials.groupby(keys)["participants_total"].sum(),
        }
    )


def _coverage(frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The latest accepted quarter of each school year: coverage is cumulative."""
    of_kind = frame[frame["activity_kind"] == kind].sort_values("period_code")
    return of_kind.drop_duplicates(["ogrn", "school_year"], keep="last").set_index(["ogrn", "school_year"])


def _intentions(frame: pd.DataFrame, grade: int) -> pd.DataFrame:
    return frame[frame["grade"] == grade].set_index(["ogrn", "school_year"])


def _site(passport: pd.DataFrame) -> pd.Series:
    """Items of the check-list, if the section was updated 180 days before 20 September or later."""

    def items(updated: object, year: str, count: object) -> int:
        if not isinstance(updated, date) or pd.isna(updated):
            return 0
        age = (date(int(year[:4]), 9, 20) - updated).days
        return int(str(count)) if age <= SITE_UPDATE_MAX_AGE else 0

    rows = zip(
        passport["site_section_updated_on"],
        passport["school_year"],
        passport["site_checklist_count"].fillna(0),
        strict=True,
    )
    return pd.Series(
        [items(updated, year, int(count)) for updated, year, count in rows], index=passport.index
    )


def _center_indicators(
    units: pd.DataFrame, obligations: pd.DataFrame, facts: dict[str, pd.DataFrame]
) -> list[pd.DataFrame]:
    """The result of the calendar year: the report for December inside the school year."""
    december = units.assign(period_code=units["school_year"].str[:4] + "-12")
    keys = ["unit_code", "period_code"]
    status = obligations[obligations["form_code"] == "C1"].set_index(["ogrn", "period_code"])["status"]
    state = december.join(status, on=keys)["status"]
    reason = state.where(state.isin(["rejected", "not_submitted"]), None)
    service = facts["fct_state_service"].set_index(["ogrn", "period_code"])
    said = december[keys].join(service, on=keys)
    fact, plan = said["service_fact_cumulative"], said["service_plan_year"]
    return [
        _indicator("Z1", units, fact.where(fact < plan, plan), plan, reason),
        _indicator("Z2", units, said["service_age_14_17"], fact, reason),
    ]
