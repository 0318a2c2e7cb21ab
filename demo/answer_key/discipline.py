"""Discipline of reporting, told from the obligations of what was due by the demo's today."""

import pandas as pd

from demo.history import described_on
from demo.organisations import Organisation
from demo.periods import is_over, span

COUNTS = (
    "expected",
    "submitted",
    "submitted_on_time",
    "accepted",
    "on_time",
    "accepted_late",
    "rejected",
    "not_submitted",
    "resubmissions",
)
DELAYS = ("days_late", "revisions_until_accepted")
BY_MUNICIPALITY = ["region_code", "municipality_code", "form_code", "period_code", "school_year"]


def discipline_frame(obligations: pd.DataFrame, orgs: list[Organisation]) -> pd.DataFrame:
    """One row per organisation, form and period, with where the organisation stood when the year ended."""
    due = obligations[[is_over(day) for day in obligations["due_on"]]]
    by_ogrn = {org.ogrn: org for org in orgs}
    years = zip(due["ogrn"], due["school_year"], strict=True)
    marked = due.assign(
        municipality_code=[described_on(by_ogrn[ogrn], span(year)[1]).oktmo for ogrn, year in years],
        expected=1,
        submitted=(due["revisions"] > 0).astype(int),
        submitted_on_time=[
            int(on is not None and on <= by)
            for on, by in zip(due["first_received_on"], due["due_on"], strict=True)
        ],
        accepted=due["status"].isin(["accepted", "accepted_late"]).astype(int),
        on_time=due["is_on_time"].astype(int),
        accepted_late=(due["status"] == "accepted_late").astype(int),
        rejected=(due["status"] == "rejected").astype(int),
        not_submitted=(due["status"] == "not_submitted").astype(int),
        resubmissions=(due["revisions"] - 1).clip(lower=0),
    )
    keys = ["region_code", "ogrn", "form_code", "period_code", "school_year", "municipality_code", "due_on"]
    return marked[[*keys, *COUNTS, *DELAYS]]


def municipal_rows(discipline: pd.DataFrame) -> pd.DataFrame:
    """One batch of organisations, ready to be added up with others."""
    return discipline.assign(max_days_late=discipline["days_late"])[
        [*BY_MUNICIPALITY, *COUNTS, *DELAYS, "max_days_late"]
    ]


def municipal_discipline(batches: list[pd.DataFrame]) -> pd.DataFrame:
    """One row per municipality, form and period."""
    grouped = pd.concat(batches, ignore_index=True).groupby(BY_MUNICIPALITY, sort=True)
    summed = grouped[[*COUNTS, *DELAYS]].sum()
    return summed.assign(max_days_late=grouped["max_days_late"].max()).reset_index()
