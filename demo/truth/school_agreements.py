"""What a school would report in S2: agreements in force in the quarter, with partners nobody can be."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from demo import identity
from demo.periods import school_year, span
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

EMPLOYERS = (
    "Завод «Образец»",
    "Типография «Пример»",
    "Хлебозавод «Учебный»",
    "Депо «Пробное»",
    "Клиника «Проба»",
)
# No school of the demo has a serial number this high: an employer's ИНН belongs to nobody.
FIRST_EMPLOYER = 60_000
# How much of a school year's work is done by the end of each quarter.
PROGRESS = {"3": 0.1, "4": 0.4, "1": 0.7, "2": 1.0}


@dataclass(frozen=True)
class _Agreement:
    """One agreement and the share of the school's pupils that it reaches in a year."""

    row: Row
    signed_on: date
    valid_until: date | None
    share: float


@form_truth("S2")
def agreements(world: World, period: str) -> Sections:
    """Agreements signed by the quarter's end and not ended before its beginning."""
    first, last = span(period)
    known: list[_Agreement] = world.once(("agreements",), lambda: _drawn(world))
    pupils = world.years[school_year(period)].contingent.students(6, 7, 8, 9, 10, 11)
    rows = []
    for agreement in known:
        ended = agreement.valid_until is not None and agreement.valid_until < first
        if agreement.signed_on <= last and not ended:
            covered = int(pupils * agreement.share * PROGRESS[period[6]])
            rows.append({**agreement.row, "students_covered": max(1, covered)})
    return {"agreements": rows}


def _drawn(world: World) -> list[_Agreement]:
    rng = world.stream("agreements")
    partners = [(_employer(world, rng), "employer") for _ in range(rng.randint(0, 3))]
    partners += [((o.inn, o.name_short), "spo_college") for o in world.others("spo_college", 2, "agreements")]
    centers = world.others("employment_center", 1, "agreements")
    partners += [((o.inn, o.name_short), "employment_center") for o in centers]
    rng.shuffle(partners)
    number = round(len(partners) * min(1.0, 0.5 + 0.6 * world.org.zeal))
    return [
        _agreement(rng, place, inn, name, kind)
        for place, ((inn, name), kind) in enumerate(partners[:number], start=1)
    ]


def _employer(world: World, rng: Random) -> tuple[str, str]:
    serial = FIRST_EMPLOYER + rng.randrange(15_000)
    return identity.inn(world.org.region_code, "school", serial), rng.choice(EMPLOYERS)


def _agreement(rng: Random, place: int, inn: str, name: str, kind: str) -> _Agreement:
    signed_on = date(2023, 9, 1) + timedelta(days=rng.randrange(900))
    years = rng.choice((1, 3, 5, None))
    valid_until = None if years is None else signed_on + timedelta(days=365 * years)
    row: Row = {
        "agreement_no": f"{place}/{signed_on:%y}",
        "partner_inn": inn,
        "partner_name": name,
        "partner_type": kind,
        "party_count": rng.choice((2, 2, 2, 3)),
        "signed_on": signed_on,
        "valid_until": valid_until,
        "is_network": kind == "spo_college" and rng.random() < 0.4,
        "has_route": kind == "employer" and rng.random() < 0.6,
    }
    return _Agreement(row, signed_on, valid_until, rng.uniform(0.05, 0.4))
