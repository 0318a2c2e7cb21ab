"""What an employment centre would report in C1: recipients since January, against the year's plan."""

from random import Random

from demo.seeding import part
from demo.truth.world import Sections, World, first_guess_of, form_truth
from demo.values import FormValues, Row

FIGURES = (
    "service_fact_cumulative",
    "service_age_14_17",
    "service_disabled",
    "service_individual",
    "service_group",
)
SEASON = {
    1: 0.05,
    2: 0.09,
    3: 0.11,
    4: 0.11,
    5: 0.09,
    6: 0.07,
    7: 0.05,
    8: 0.05,
    9: 0.09,
    10: 0.11,
    11: 0.10,
    12: 0.08,
}


FIRST_YEAR = 2024


@form_truth("C1")
def state_service(world: World, period: str) -> Sections:
    """Recipients since January; the months before the first reported one are drawn as well."""
    months: dict[str, Row] = world.once(
        ("state service", period[:4]), lambda: _months(world, int(period[:4]))
    )
    return {"card": [months[period]]}


def _plan(world: World, year: int) -> int:
    rng = world.stream("C1", "plan")
    plan = rng.randrange(900, 4200, 50) if world.org.is_urban else rng.randrange(120, 700, 10)
    for _ in range(FIRST_YEAR, year):
        plan = round(plan * rng.uniform(0.97, 1.08) / 10) * 10
    return plan


def _months(world: World, year: int) -> dict[str, Row]:
    rng, plan = world.stream("C1", str(year)), _plan(world, year)
    achievement = rng.gauss(0.9 + 0.16 * world.org.zeal, 0.07)
    sums = dict.fromkeys(FIGURES, 0)
    rows: dict[str, Row] = {}
    for month in range(1, 13):
        recipients = part(rng, plan * 2, SEASON[month] * achievement / 2, 0.25)
        individual = part(rng, recipients, 0.35, 0.2)
        sums = {
            "service_fact_cumulative": sums["service_fact_cumulative"] + recipients,
            "service_age_14_17": sums["service_age_14_17"] + part(rng, recipients, 0.48, 0.2),
            "service_disabled": sums["service_disabled"] + part(rng, recipients, 0.04),
            "service_individual": sums["service_individual"] + individual,
            "service_group": sums["service_group"] + recipients - individual,
        }
        rows[f"{year}-{month:02d}"] = {"service_plan_year": plan, **sums}
    return rows


@first_guess_of("C1")
def _guess_service(values: FormValues, rng: Random) -> None:
    young = int(str(values.card["service_age_14_17"]))
    values.card["service_age_14_17"] = max(0, young - rng.randint(1, 5))
