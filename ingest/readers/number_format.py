"""Which number formats of a workbook show dates and which show percentages."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from ingest.readers.grid import DATE, NUMBER, PERCENT

# ECMA-376 part 1, 18.8.30: built-in formats; 27–36 and 50–58 are dates in East Asian locales.
_BUILTIN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILTIN_PERCENT = frozenset([9, 10])
# What in a format is text: quoted, escaped, padding, colours and conditions in brackets (not [h], [m], [s]).
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhsдмгчс]", re.IGNORECASE)
_LAST_SERIAL = 2_958_465  # 9999-12-31
_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)


def format_kind(number_format: int, code: str | None) -> str:
    """DATE, PERCENT or NUMBER for a format's id and its code, where the workbook defines one."""
    if code is None:
        if number_format in _BUILTIN_DATES:
            return DATE
        return PERCENT if number_format in _BUILTIN_PERCENT else NUMBER
    first = _LITERALS.sub("", code.partition(";")[0])
    if first.strip().lower() in ("general", "основной", "standard", "@", ""):
        return NUMBER
    if "%" in first:
        return PERCENT
    return DATE if _DATE_LETTERS.search(first) else NUMBER


def serial_to_iso(text: str, is_1904: bool) -> str | None:
    """ISO date (with time, if there is one) of a serial number; None for a number that is no date.

    In the 1900 system day 60 is 29 February 1900, which never was; days before it are one off.
    """
    try:
        serial = float(text)
    except ValueError:
        return None
    if not 0 < serial < _LAST_SERIAL + 1:
        return None
    epoch = _EPOCH_1904 if is_1904 else _EPOCH_1900
    if not is_1904 and serial < 60:
        serial += 1
    if is_1904 and serial > _LAST_SERIAL - 1462:
        return None
    moment = epoch + timedelta(seconds=round(serial * 86400))
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return moment.date().isoformat()
    return moment.isoformat()


@lru_cache(maxsize=4096)
def iso_to_date(text: str) -> date | None:
    """The date of an ISO text made by :func:`serial_to_iso` or found in a cell of type ``d``."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
