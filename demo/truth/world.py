"""One organisation as it really was, and the functions that tell each of its forms from that.

A form's truth is one function, entered under the form's code by :func:`form_truth` in a module of this
package; nothing else has to know of it. The function is asked for one period at a time and draws from
``world.stream(form, period)``; what several forms or periods must agree on is drawn once, by
:meth:`World.once`, or taken from another form's truth, by :meth:`World.form`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from demo.history import described_on
from demo.organisations import Organisation, count, organisation
from demo.periods import SCHOOL_YEARS, span
from demo.seeding import stream
from demo.truth.contingent import Contingent, contingents
from demo.values import FormValues, Row

Sections = dict[str, list[Row]]
FormTruth = Callable[["World", str], Sections]
# A first guess is proper in form, with figures that were still wrong; it changes the values in place.
FirstGuess = Callable[[FormValues, Random], None]

_TRUTHS: dict[str, FormTruth] = {}
_GUESSES: dict[str, FirstGuess] = {}


def form_truth(form_code: str) -> Callable[[FormTruth], FormTruth]:
    """Enter the truth of a form: (world, period code) → rows by section.

    The card's requisites (ОГРН, ИНН, name, period) are put in front; a form with nothing else in its card
    leaves the card out.
    """

    def enter(tell: FormTruth) -> FormTruth:
        if form_code in _TRUTHS:
            raise ValueError(f"the truth of form {form_code} is told twice")
        _TRUTHS[form_code] = tell
        return tell

    return enter


def first_guess_of(form_code: str) -> Callable[[FirstGuess], FirstGuess]:
    """Enter how the first guess at a form differs from the truth, where that is more than a name."""

    def enter(change: FirstGuess) -> FirstGuess:
        _GUESSES[form_code] = change
        return change

    return enter


def told_forms() -> frozenset[str]:
    """Codes of the forms whose truth is told."""
    return frozenset(_TRUTHS)


def first_guess(org: Organisation, values: FormValues, rng: Random) -> FormValues:
    """What was sent before the correction: proper in form, but something was still wrong."""
    guess = values.copy()
    change = _GUESSES.get(values.form_code)
    if change is None:
        guess.card["organisation_name"] = org.name_full
    else:
        change(guess, rng)
    return guess


@dataclass(frozen=True)
class SchoolYear:
    """Pupils of a school in one school year, and how zealous the school was in it."""

    contingent: Contingent
    zeal: float


class World:
    """What is drawn for one organisation; whatever was drawn once stays."""

    def __init__(self, seed: int, org: Organisation, scale: float) -> None:
        self.seed, self.org, self.scale = seed, org, scale
        self._drawn: dict[tuple[str, ...], Any] = {}
        self._forms: dict[tuple[str, str], FormValues] = {}

    def stream(self, *purpose: str) -> Random:
        """Random numbers of this organisation for a purpose, the same however often they are asked for."""
        return stream(self.seed, "truth", self.org.ogrn, *purpose)

    def once(self, key: tuple[str, ...], draw: Callable[[], Any]) -> Any:
        """What was drawn under this key, drawn now if it was not yet."""
        if key not in self._drawn:
            self._drawn[key] = draw()
        return self._drawn[key]

    def form(self, form_code: str, period_code: str) -> FormValues:
        """What the organisation would report in a form if it made no mistake. Do not change it."""
        key = form_code, period_code
        if key not in self._forms:
            if form_code not in _TRUTHS:
                raise ValueError(
                    f"the demo does not tell the truth of form {form_code}: add it to demo/truth"
                )
            sections = _TRUTHS[form_code](self, period_code)
            (card,) = sections.get("card") or [{}]
            told = {**sections, "card": [requisites(self.org, period_code) | card]}
            self._forms[key] = FormValues(form_code, period_code, told)
        return self._forms[key]

    @cached_property
    def years(self) -> dict[str, SchoolYear]:
        """The school years of a school: cohorts move up a grade, zeal changes a little."""
        rng = self.stream("school years")
        years = {}
        zeal = self.org.zeal
        for year, contingent in zip(SCHOOL_YEARS, contingents(rng, self.org, len(SCHOOL_YEARS)), strict=True):
            years[year] = SchoolYear(contingent, zeal)
            zeal = min(0.98, max(0.05, zeal + rng.uniform(-0.08, 0.15)))
        return years

    def others(self, kind: str, number: int, purpose: str) -> list[Organisation]:
        """Up to so many other organisations of a kind of the same region, in the order of the registry."""
        rng = self.stream("others", kind, purpose)
        there = count(kind, self.org.region_code, self.scale)
        serials = sorted({rng.randrange(there) for _ in range(number)})
        drawn = [organisation(self.seed, self.org.region_code, kind, n, self.scale) for n in serials]
        return [other for other in drawn if other != self.org]

    def world_of(self, org: Organisation) -> "World":
        """Another organisation's world, for figures that two organisations report."""
        world: World = self.once(("world", org.ogrn), lambda: World(self.seed, org, self.scale))
        return world


def requisites(org: Organisation, period_code: str) -> Row:
    """The card fields that every form begins with."""
    name = described_on(org, span(period_code)[1]).name_short
    return {"ogrn": org.ogrn, "inn": org.inn, "organisation_name": name, "period": period_code}
