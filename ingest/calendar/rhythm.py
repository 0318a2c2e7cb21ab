"""When a form's window opens and when it is due, as a contract or the cyclogram says it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ingest.calendar.working_days import add_working_days
from ingest.periods import Period


class Moment(BaseModel):
    """A day relative to a period; exactly one of the three ways to say it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: Annotated[int, Field(ge=1, le=12)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    days_after_period: Annotated[int, Field(ge=0)] | None = None
    working_days_after_period: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Moment:
        dated = self.month is not None and self.day is not None
        ways = [dated, self.days_after_period is not None, self.working_days_after_period is not None]
        if sum(ways) != 1 or (self.month is None) != (self.day is None):
            raise ValueError(
                "give month and day, or days_after_period, or working_days_after_period, and only one of them"
            )
        return self

    def of(self, period: Period, region_code: str | None) -> date:
        """The day for a period; working days are those of the region, or of the federal calendar without
        one.
        """
        if self.days_after_period is not None:
            return period.ends_on + timedelta(days=self.days_after_period)
        if self.working_days_after_period is not None:
            return add_working_days(period.ends_on, self.working_days_after_period, region_code)
        assert self.month is not None and self.day is not None
        # The first such day from the month in which the period begins: 15 January of a half-year that ended
        # in December is the next year's.
        year = period.starts_on.year + (self.month < period.starts_on.month)
        return date(year, self.month, self.day)


class Window(BaseModel):
    """When a window opens and when it is due."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: Moment
    due: Moment


class FormRhythm(BaseModel):
    """When a form's window opens and when it is due: alike for all its periods, or ``windows`` by period.

    A window is named by the second part of its period's code: ``H1``, ``Q4``, ``09``. A form with windows
    is reported for the periods that have one, a monthly form with ``months`` for those months.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    opens: Moment | None = None
    due: Moment | None = None
    months: frozenset[Annotated[int, Field(ge=1, le=12)]] | None = None
    windows: dict[Annotated[str, Field(pattern=r"^(H[12]|Q[1-4]|0[1-9]|1[0-2])$")], Window] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> FormRhythm:
        alike = self.opens is not None and self.due is not None
        partly = self.opens is not None or self.due is not None or self.months is not None
        if (self.windows and partly) or (not self.windows and not alike):
            raise ValueError("give opens and due (and months), or windows by period, and not both")
        return self

    def window(self, period: Period) -> Window | None:
        """The window of a period; None when the form is not reported for it."""
        if self.windows is not None:
            return self.windows.get(period.code.partition("-")[2])
        if self.months and period.period_type == "month" and period.starts_on.month not in self.months:
            return None
        assert self.opens is not None and self.due is not None
        return Window(opens=self.opens, due=self.due)
