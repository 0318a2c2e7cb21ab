"""Personal data of pupils that must not be in a form of numbers.

Deliberately narrow: a rejected form is costly, so only unmistakable marks count. Names inside texts do not:
schools and events are named after people. Where a number belongs nothing is named after anybody, and there
names count. Titles of columns that somebody added are judged separately.
"""

from __future__ import annotations

import re

# A СНИЛС as printed, 123-456-789 01, or a date with the words «г.р.», «года рождения». The check digits of
# the СНИЛС are not required: a mistyped number is personal too. The pattern begins with a plain set of
# characters: that is what the engine skips through quickly, and every text of every file is searched.
_PERSONAL = re.compile(
    r"[0-9](?<![0-9-].)(?:"
    r"[0-9]{2}-[0-9]{3}-[0-9]{3}[ \u00a0-][0-9]{2}(?![0-9-])"
    r"|[0-9]?\.[0-9]{1,2}\.[0-9]{4}\s*(?:[гГ]\.?\s*[рР]\b|[гГ]ода?\s+[рР]ожд|[рР]ожд))"
)
_PASSPORT = re.compile(r"паспорт\w*\D{0,12}[0-9]{2}\s?[0-9]{2}\D{0,8}[0-9]{6}(?![0-9])", re.IGNORECASE)
_PERSONAL_TITLE = re.compile(
    r"\bснилс\b|\bпаспорт|дат[аы]\s+рожд|\bф\.?\s?и\.?\s?о\b|\bфамили|\bотчеств", re.IGNORECASE
)
# «Иванов И.», «И. И. Иванов», «Иванов Иван»: initials beside a word, or two words that begin like names.
_NAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_INITIALS = r"[А-ЯЁ]\.(?:\s*[А-ЯЁ]\.)?"
_NAMED = re.compile(rf"\b(?:{_NAME}\s+{_INITIALS}|{_INITIALS}\s*{_NAME}|{_NAME}\s+{_NAME})")


def looks_personal(text: str) -> bool:
    """Whether a text holds a СНИЛС, a passport number or a date of birth."""
    if _PERSONAL.search(text) is not None:
        return True
    return ("аспорт" in text or "АСПОРТ" in text) and _PASSPORT.search(text) is not None


def titles_personal(text: str) -> bool:
    """Whether the title of a column or row that is not part of the form announces personal data."""
    return _PERSONAL_TITLE.search(text) is not None


def names_people(text: str) -> bool:
    """Whether a text that stands where a number belongs names people instead."""
    return _NAMED.search(text) is not None
