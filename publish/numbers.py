"""Numbers and dates as a Russian reader expects them: decimal comma, no-break thousands, agreed nouns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
MINUS = "\u2212"
ABSENT = "—"
SUPPRESSED = "…"

MONTHS_GENITIVE = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


def round_half_up(value: Decimal | int, digits: int) -> Decimal:
    """Round half away from zero, as rounding is taught and as PostgreSQL's numeric does it."""
    return Decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def format_number(value: Decimal | int | None, digits: int = 0, *, signed: bool = False) -> str:
    """Write a number with `digits` decimals; None gives a dash. A signed number shows its plus."""
    if value is None:
        return ABSENT
    rounded = round_half_up(value, digits)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    groups: list[str] = []
    while len(whole) > 3:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    text = NBSP.join([whole, *groups]) + (f",{fraction}" if fraction else "")
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def format_date(value: date | datetime) -> str:
    """Day, month and year in digits: 05.09.2025."""
    return value.strftime("%d.%m.%Y")


def format_date_long(value: date | datetime) -> str:
    """A date in words: 5 сентября 2025 г."""
    return f"{value.day}{NBSP}{MONTHS_GENITIVE[value.month - 1]} {value.year}{NBSP}г."


def format_moment(value: datetime) -> str:
    """A moment with its minutes, in the time zone it carries: 05.09.2025 14:30."""
    return value.strftime("%d.%m.%Y") + NBSP + value.strftime("%H:%M")


def format_school_year(code: str) -> str:
    """A school year code `2025-2026` as it is printed: 2025/26."""
    first, second = code.split("-")
    return f"{first}/{second[2:]}"


def previous_school_year(code: str) -> str:
    """The school year before: `2025-2026` gives `2024-2025`."""
    first = int(code.split("-", maxsplit=1)[0])
    return f"{first - 1}-{first}"


def join_codes(codes: Sequence[str]) -> str:
    """Codes of forms in one line, three or more neighbours as a range: «S1–S3, S6, C1»."""
    runs: list[list[str]] = []
    for code in codes:
        follows = runs and code == f"{runs[-1][-1][0]}{int(runs[-1][-1][1:]) + 1}"
        if follows:
            runs[-1].append(code)
        else:
            runs.append([code])
    shown = [f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs]
    return ", ".join(shown)
