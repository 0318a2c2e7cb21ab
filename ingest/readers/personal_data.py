"""Personal data of pupils that must not be in a form of numbers.

Deliberately narrow: a rejected form is costly, so only unmistakable marks count. Names inside texts do not:
schools and events are named after people. Titles of columns that somebody added are judged separately.
"""

from __future__ import annotations

import re

# СНИЛС as printed: 123-456-789 01. The check digits are not required: a mistyped number is personal too.
_SNILS = r"(?<![\d-])\d{3}-\d{3}-\d{3}[ \u00a0-]\d{2}(?![\d-])"
_PASSPORT = r"паспорт\w*\D{0,12}\d{2}\s?\d{2}\D{0,8}\d{6}(?!\d)"
_BORN = r"\d{1,2}\.\d{1,2}\.\d{4}\s*(?:г\.?\s*р\b|года?\s+рожд|рожд)"
_PERSONAL = re.compile(f"{_SNILS}|{_PASSPORT}|{_BORN}", re.IGNORECASE)
_PERSONAL_TITLE = re.compile(
    r"\bснилс\b|\bпаспорт|дат[аы]\s+рожд|\bф\.?\s?и\.?\s?о\b|\bфамили|\bотчеств", re.IGNORECASE
)


def looks_personal(text: str) -> bool:
    """Whether a text holds a СНИЛС, a passport number or a date of birth."""
    return _PERSONAL.search(text) is not None


def titles_personal(text: str) -> bool:
    """Whether the title of a column or row that is not part of the form announces personal data."""
    return _PERSONAL_TITLE.search(text) is not None
