"""The pulls' hours against the calendar of obligations: nothing that came in time may be missed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dags import schedules
from ingest.forms.catalogue import load_contracts
from ingest.sources.regions import region as region_of

ZONE = ZoneInfo("Asia/Yekaterinburg")
FORMS = {code: form.submitter for code, form in load_contracts().items()}
REGIONS = ("chelyabinsk", "tyumen")


def fires_between(kind: str, first: datetime, last: datetime) -> bool:
    """Whether a pull of the kind begins within first..last."""
    from croniter import croniter

    before = first - timedelta(seconds=1)
    return any(croniter(cron, before).get_next(datetime) <= last for cron in schedules.PULLS[kind])


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("form", FORMS)
def test_a_pull_follows_every_due_day_and_every_last_day_of_grace(form: str, region: str) -> None:
    from ingest.calendar.cyclogram import due_dates

    found = due_dates(date(2024, 7, 1), date(2029, 6, 30), form, region)
    is_in_force = region_of(region).expects(FORMS[form], form)
    assert len(found) >= 3 if is_in_force else not found
    for deadline in found:
        assert deadline.kind == FORMS[form]
        for day in (deadline.due_on, deadline.grace_until):
            midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(days=1)
            assert fires_between(FORMS[form], midnight, midnight + timedelta(hours=12)), (form, region, day)


def test_the_extract_leaves_after_the_grace_of_the_month_and_the_reference_after_that_of_the_year() -> None:
    from croniter import croniter

    from ingest.calendar.cyclogram import due_dates

    for deadline in due_dates(date(2024, 7, 1), date(2029, 6, 30)):
        settled = datetime.combine(deadline.grace_until, datetime.min.time(), ZONE) + timedelta(days=1)
        # The publication of the same month, which is to hold what was due then.
        if deadline.due_on.day < 25:
            extract = croniter(schedules.EXTRACTS[0], settled).get_next(datetime)
            assert (extract.year, extract.month) == (deadline.due_on.year, deadline.due_on.month), deadline
        if deadline.form_code == "S3" and deadline.period.code.endswith("Q2"):
            reference = croniter(schedules.ANNUAL_REFERENCE[0], settled).get_next(datetime)
            assert reference.year == deadline.due_on.year, deadline


def test_the_timetable_waits_for_its_hour_in_the_time_of_the_regions() -> None:
    from ingest.sources.regions import load_regions

    assert {region.timezone for region in load_regions().values()} == {schedules.TIMEZONE}
    for crons in schedules.PULLS.values():
        stored = schedules.timetable(crons).serialize()
        assert stored["timezone"] == schedules.TIMEZONE
        assert stored["expressions"] == list(crons)


def test_every_region_and_kind_has_a_pull() -> None:
    from ingest.sources.regions import KINDS

    assert set(schedules.PULLS) == set(KINDS)
