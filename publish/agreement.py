"""Russian words that agree with a number: 1 школа, 2 школы, 5 школ; «у 1 района, у 5 районов».

The dictionary and its rules are pymorphy3's. A phrase is written as it stands with one; its adjectives and
nouns change up to the first noun, and after «и» and «или» again; what hangs on the noun («занятости» in
«центр занятости») stays.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer

NOUN = "NOUN"
# A noun that stands as it is written only behind what ends in one, 11 aside.
ENDS_IN_ONE = "балл"
AGREEING = frozenset({NOUN, "ADJF", "PRTF"})
CONJUNCTIONS = frozenset({"и", "или"})
_WORD = re.compile(r"\w+", re.UNICODE)
_FRACTION = frozenset({"sing", "gent"})


class NoAgreementError(ValueError):
    """A word that should agree with a number is no noun, adjective or participle in the singular."""


@functools.cache
def _dictionary() -> MorphAnalyzer:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


def agree(count: Decimal | int, phrase: str) -> str:
    """The phrase in the form that a number asks for; a fraction asks for the genitive: 2,5 балла.

    Raises NoAgreementError naming a word that cannot agree.
    """
    number = Decimal(count)
    return _agreed(None if number != int(number) else abs(int(number)) % 100, phrase)


def choose(count: Decimal | int, one: str, other: str) -> str:
    """Of two verbs the one that a number asks for: 21 файл получен, 22 файла получено."""
    return one if agree(count, ENDS_IN_ONE) == ENDS_IN_ONE else other


@functools.cache
def _agreed(last_digits: int | None, phrase: str) -> str:
    has_noun = False
    case = _case(phrase)

    def inflected(match: re.Match[str]) -> str:
        nonlocal has_noun
        word = match.group()
        if word in CONJUNCTIONS:
            has_noun = False
            return word
        if has_noun:
            return word
        parse = _parse(word, case)
        has_noun = parse.tag.POS == NOUN
        return _inflect(parse, last_digits)

    return _WORD.sub(inflected, phrase)


def _case(phrase: str) -> str:
    """The case in which a phrase is written: that of its first noun, or of its first word without one."""
    parses = [parse for word in _WORD.findall(phrase) for parse in _parses(word)]
    nouns = [parse for parse in parses if parse.tag.POS == NOUN]
    return str((nouns or parses)[0].tag.case) if parses else "nomn"


def _parses(word: str) -> list[Any]:
    """What a word may be in the singular, the likeliest first, the nominative before other cases."""
    known = [
        parse
        for parse in _dictionary().parse(word)
        if parse.tag.POS in AGREEING and parse.tag.number == "sing"
    ]
    return sorted(known, key=lambda parse: parse.tag.case != "nomn")


def _parse(word: str, case: str) -> Any:
    parses = _parses(word)
    found = next((parse for parse in parses if parse.tag.case == case), None)
    if found is None:
        raise NoAgreementError(
            f"«{word}» cannot agree with a number: write it as it stands with one, or give all three forms"
        )
    return found


def _inflect(parse: Any, last_digits: int | None) -> str:
    if last_digits is not None:
        return str(parse.make_agree_with_number(last_digits).word)
    wanted: Collection[str] = _FRACTION
    return str(parse.inflect(wanted).word)
