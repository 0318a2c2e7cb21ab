"""Agreements of a centre or a college with its partners: signed once, reported while in force."""

from datetime import date, timedelta
from random import Random

from demo import identity
from demo.organisations import Organisation
from demo.periods import span
from demo.truth.world import World
from demo.values import Row

# Serial numbers of employers: their ИНН must not meet those of schools.
FIRST_EMPLOYER = 60_000
EMPLOYERS = 400
FIRST_SIGNED = date(2024, 9, 2)


def employer(rng: Random, region_code: str) -> tuple[str, str]:
    """ИНН and name of an enterprise that belongs to nobody."""
    number = rng.randrange(EMPLOYERS)
    kind = ("Завод", "Комбинат", "Строительное управление", "Агрофирма", "Торговый дом")[number % 5]
    return identity.inn(region_code, "school", FIRST_EMPLOYER + number), f"{kind} № {900 + number}"


def agreements(world: World, number: int, partner_types: dict[str, float]) -> list[Row]:
    """All agreements of the organisation, drawn once; partner types by weight."""
    drawn: list[Row] = world.once(("agreements",), lambda: _draw(world, number, partner_types))
    return drawn


def in_force(rows: list[Row], period: str) -> list[Row]:
    """Copies of the agreements that are in force on at least one day of a period."""
    first, last = span(period)
    return [
        dict(row)
        for row in rows
        if isinstance(row["signed_on"], date)
        and row["signed_on"] <= last
        and not (isinstance(row["valid_until"], date) and row["valid_until"] < first)
    ]


def _draw(world: World, number: int, partner_types: dict[str, float]) -> list[Row]:
    rng = world.stream("agreements")
    organisations = {
        kind: world.others(kind, number, "agreements")
        for kind in ("school", "spo_college", "employment_center")
    }
    rows: list[Row] = []
    for place in range(number):
        partner_type = rng.choices(list(partner_types), list(partner_types.values()))[0]
        inn, name = _partner(rng, world.org.region_code, organisations.get(partner_type, []))
        signed_on = FIRST_SIGNED + timedelta(days=rng.randrange(540))
        has_end = rng.random() < 0.7
        rows.append(
            {
                "agreement_no": f"{place + 1}-{signed_on.year}",
                "partner_inn": inn,
                "partner_name": name,
                "partner_type": partner_type,
                "party_count": rng.choices((2, 3, 4), (0.8, 0.15, 0.05))[0],
                "signed_on": signed_on,
                "valid_until": signed_on + timedelta(days=365 * rng.randint(1, 3)) if has_end else None,
            }
        )
    return rows


def _partner(rng: Random, region_code: str, listed: list[Organisation]) -> tuple[str, str]:
    if listed:
        partner = rng.choice(listed)
        return partner.inn, partner.name_short
    return employer(rng, region_code)
