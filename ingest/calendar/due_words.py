"""When a form is due, in Russian, for people who fill it in."""

from __future__ import annotations

from ingest.calendar.cyclogram import deadline, rhythm
from ingest.calendar.rhythm import Moment
from ingest.forms.contract import FormContract

_AFTER = {
    "school_year": "учебного года",
    "half_year": "полугодия",
    "quarter": "квартала",
    "month": "месяца",
}
# Each month as in a date, and as the name of a period.
_MONTHS = (
    ("января", "январь"),
    ("февраля", "февраль"),
    ("марта", "март"),
    ("апреля", "апрель"),
    ("мая", "май"),
    ("июня", "июнь"),
    ("июля", "июль"),
    ("августа", "август"),
    ("сентября", "сентябрь"),
    ("октября", "октябрь"),
    ("ноября", "ноябрь"),
    ("декабря", "декабрь"),
)


def due_in_words(
    contract: FormContract,
    period_code: str | None = None,
    region_code: str | None = None,
    ogrn: str | None = None,
) -> str:
    """The last day of the form: «не позднее 15 октября»; with a period, the day itself: «15.10.2025».

    Empty for a form that the cyclogram does not know, and for a period that it does not report.
    """
    if period_code is not None:
        known = deadline(contract.code, period_code, region_code, ogrn)
        return "" if known is None else f"не позднее {known.due_on:%d.%m.%Y}"
    written = rhythm(contract.code)
    if written is None:
        return ""
    if written.windows is None:
        assert written.due is not None
        return _moment(written.due, contract.period_type)
    return "; ".join(
        f"за {_window(name)} – {_moment(window.due, contract.period_type)}"
        for name, window in written.windows.items()
    )


def _moment(moment: Moment, period_type: str) -> str:
    after = f"после окончания {_AFTER[period_type]}"
    if moment.days_after_period is not None:
        return f"не позднее {moment.days_after_period}-го дня {after}"
    if moment.working_days_after_period is not None:
        return f"не позднее {moment.working_days_after_period}-го рабочего дня {after}"
    assert moment.month is not None
    return f"не позднее {moment.day} {_MONTHS[moment.month - 1][0]}"


def _window(name: str) -> str:
    if name.startswith("H"):
        return {"H1": "первое полугодие", "H2": "второе полугодие"}[name]
    return f"{name[1:]}-й квартал" if name.startswith("Q") else _MONTHS[int(name) - 1][1]
