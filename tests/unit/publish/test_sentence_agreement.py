"""Words of the reference agree with every number: written out by hand for 1, 2 and 5, the rest follow.

21 and 101 take the words of 1, 11 and 0 those of 5, as Russian grammar has it.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from publish.blocks import MartReference, Number, Unit
from publish.reference.texts import PLACEHOLDER, load, sentence, words
from warehouse.yaml_files import read_yaml

ONE, FEW, MANY = (1, 21, 101), (2, 22, 104), (5, 0, 11, 112, 1000)
ORIGIN = MartReference("marts.m", "c", (("k", "v"),))
# Places that hold text, or a number of the rules that no word stands beside.
TEXTS = frozenset(
    {"region", "year", "previous", "as_of", "code", "road_map", "measure", "noun", "name", "unit", "target"}
    | {"methodology", "then", "now", "codes", "date", "names", "grade", "fall", "limit", "named", "first"}
    | {"least"}
)
# Sentences in which no word changes with a number: it stands alone, or behind «—», «на», «ещё», «показатель».
UNCHANGING = frozenset(
    {"objects.kind", "coverage.change", "results.value", "results.value_plain", "destinations.2"}
    | {"inclusion.before", "rating.unranked", "rating.nobody", "decisions.effect", "recommendations.more"}
)

# By the sentence: how it reads where all of its counts are 1, 2 and 5. Shares are 12,5 %.
EXPECTED: dict[str, dict[str, str]] = read_yaml(Path(__file__).with_name("sentence_agreement.yaml"))


def places(key: str) -> set[str]:
    return {match[1] for match in PLACEHOLDER.finditer(load("sentences")[key])}


def is_share(key: str, name: str) -> bool:
    return name == "share" or name.endswith("_share") or (key, name) == ("results.extremes", "value")


def spoken(key: str, count: int) -> str:
    """The sentence with one number in all places that count, with no-break spaces as spaces."""
    values: dict[str, str | Number] = {}
    for name in places(key):
        if name in TEXTS:
            values[name] = "9" if name == "grade" else "Ы"
        elif is_share(key, name):
            values[name] = Number(Decimal("12.5"), Unit.PERCENT, ORIGIN)
        else:
            values[name] = Number(count, Unit.COUNT, ORIGIN)
    return words(key, **values).replace("\u00a0", " ")


def renumbered(text: str, standing: str, count: int) -> str:
    """A sentence written for one number with another in its place; other figures of the sentence stay."""
    shown = Number(count, Unit.COUNT, ORIGIN).text.replace("\u00a0", " ")
    return re.sub(rf"(?<![\d,–.]){standing}(?![\d,–.]\d|\d| классах)", shown, text)


@pytest.mark.parametrize("key", EXPECTED)
def test_words_agree_with_every_number(key: str) -> None:
    written = EXPECTED[key]
    assert {"one": spoken(key, 1), "few": spoken(key, 2), "many": spoken(key, 5)} == written
    for standing, form, counts in (("1", "one", ONE), ("2", "few", FEW), ("5", "many", MANY)):
        for count in counts:
            assert spoken(key, count) == renumbered(written[form], standing, count)


def test_every_sentence_that_counts_is_written_out() -> None:
    counting = {key for key in load("sentences") if places(key) - TEXTS}
    assert counting == set(EXPECTED) | UNCHANGING
    changing = {key for key in counting if any(m[2] for m in PLACEHOLDER.finditer(load("sentences")[key]))}
    assert changing <= set(EXPECTED)


def test_a_number_with_decimals_is_spoken_of_as_a_part() -> None:
    for score in ("71", "72", "75.00", "77.40"):
        said = words("rating.leader", name="Ы", score=Number(Decimal(score), Unit.SCORE, ORIGIN))
        assert said.endswith(f"{Decimal(score):.2f} балла.".replace(".", ",", 1))


def test_a_number_that_is_withheld_is_not_told_by_the_words_around_it() -> None:
    hidden = Number(1, Unit.COUNT, ORIGIN, suppressed=True)
    said = sentence("inclusion.2", disabled=hidden, plans=hidden)
    assert "".join(run.text if isinstance(run, Number) else run for run in said) == (
        "В мероприятиях участвовали … обучающихся с инвалидностью. Индивидуальный план есть у … обучающихся."
    )
