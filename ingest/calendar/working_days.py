"""Working days: the production calendar of the Russian Federation with the region's own departures."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from ingest.sources.regions import RegionCalendar, region


def is_working_day(day: date, region_code: str | None = None) -> bool:
    """Whether a day is worked: weekends, public holidays and the Government's transfers are taken into
        account.

    Transfers are known for the years that the ``holidays`` package has them for; a year whose decree is not
    out yet has weekends and the holidays of the Labour Code only.
    """
    departures = region(region_code).calendar if region_code else RegionCalendar()
    if day in departures.working_days:
        return True
    if day in departures.days_off:
        return False
    return bool(_federal().is_working_day(day))


def add_working_days(day: date, count: int, region_code: str | None = None) -> date:
    """The ``count``-th working day after a day; count is at least 1."""
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    while count:
        day += timedelta(days=1)
        if is_working_day(day, region_code):
            count -= 1
    return day


@lru_cache(maxsize=1)
def _federal() -> Any:
    import holidays

    return holidays.country_holidays("RU")
