"""File names as people give them."""

from random import Random

from demo.organisations import Organisation
from demo.periods import Term
from ingest.forms.catalogue import load_contracts

QUARTER_WORDS = {"1": "I", "2": "II", "3": "III", "4": "IV"}
MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
LONGEST_TITLE = 48


def _titles(form_code: str) -> tuple[str, ...]:
    """How people call the form: by its title, by its code, or both."""
    title = load_contracts()[form_code].title.replace("/", "-")
    if len(title) > LONGEST_TITLE:
        title = title[:LONGEST_TITLE].rpartition(" ")[0]
    return title, f"{form_code} {title[0].lower()}{title[1:]}", form_code


def file_name(rng: Random, org: Organisation, term: Term, revision: int, suffix: str) -> str:
    """A name that need not say what the file is; unique in its folder by period and revision."""
    title = rng.choice(_titles(term.form_code))
    when = _when(rng, term.period_code)
    whose = rng.choice(("", "", f" {900 + org.serial}", f" №{900 + org.serial}"))
    name = f"{title}{whose} {when}"
    if rng.random() < 0.25:
        name = name.replace(" ", "_")
    tail = (
        ""
        if revision == 1
        else rng.choice((f" ({revision - 1})", f" — копия {revision - 1}", f"_испр{revision - 1}"))
    )
    if revision == 1 and rng.random() < 0.04:
        name = f"Копия {name}"
    return f"{name}{tail}.{suffix}"


def _when(rng: Random, period_code: str) -> str:
    if "H" in period_code:
        year, half = period_code[:4], period_code[6]
        return rng.choice(
            (f"{half} полугодие {year}", f"{QUARTER_WORDS[half]} полугодие {year}", period_code)
        )
    if "Q" in period_code:
        year, quarter = period_code[:4], period_code[6]
        return rng.choice((f"{quarter} кв {year}", f"{QUARTER_WORDS[quarter]} квартал {year}", period_code))
    if len(period_code) == 9:
        return rng.choice(
            (
                period_code,
                f"{period_code[:4]}-{period_code[7:]}",
                f"{period_code[:4]}-{period_code[5:]} уч. год",
            )
        )
    year, month = period_code[:4], int(period_code[5:])
    return rng.choice((period_code, f"{MONTHS[month - 1]} {year}", f"{month:02d}.{year}"))
