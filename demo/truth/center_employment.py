"""What an employment centre would report in C2: adolescents in temporary work since January."""

from random import Random

from demo.seeding import part
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

# Share of the year's adolescents by month: summer is the season.
SEASON = (0.0, 0.02, 0.04, 0.06, 0.1, 0.22, 0.2, 0.16, 0.06, 0.06, 0.05, 0.03)


@form_truth("C2")
def temporary_employment(world: World, period: str) -> Sections:
    """Adolescents since January, each once a year, with their categories, employers and mentors."""
    months: dict[str, Row] = world.once(("temporary work", period[:4]), lambda: _months(world, period[:4]))
    return {"card": [months[period]]}


def _months(world: World, year: str) -> dict[str, Row]:
    rng, size = world.stream("C2", year), world.stream("C2", "size")
    plan = size.randrange(150, 700, 10) if world.org.is_urban else size.randrange(30, 150, 5)
    achievement = rng.gauss(0.88 + 0.15 * world.org.zeal, 0.06)
    sums: dict[str, int] = {}
    wages = support = 0.0
    rows: dict[str, Row] = {}
    for month, share in enumerate(SEASON, start=1):
        started = part(rng, plan * 2, share * achievement / 2, 0.2)
        for name, count in _started(rng, started).items():
            sums[name] = sums.get(name, 0) + count
        wages += started * rng.uniform(6.5, 12.5)
        support += started * rng.uniform(1.5, 3.0)
        rows[f"{year}-{month:02d}"] = {
            "employment_plan_year": plan,
            **sums,
            "wages_thousand_rub": round(wages, 1),
            "support_thousand_rub": round(support, 1),
        }
    return rows


def _started(rng: Random, started: int) -> dict[str, int]:
    """The adolescents who began to work in one month, by what is asked about them."""
    younger, ovz = part(rng, started, 0.38, 0.2), part(rng, started, 0.06)
    either = part(rng, started, 0.6, 0.2)
    trial = part(rng, either, 0.55, 0.2)
    mentor = either - trial + part(rng, trial, 0.4)
    public_work = part(rng, started, 0.3)
    return {
        "employed_age_14_15": younger,
        "employed_age_16_17": started - younger,
        "employed_cumulative": started,
        "employed_orphans": part(rng, started, 0.05),
        "employed_low_income": part(rng, started, 0.35),
        "employed_on_record": part(rng, started, 0.09),
        "employed_ovz": ovz,
        "employed_disabled": part(rng, started - ovz, 0.02),
        "employers_count": max(1, part(rng, started, 0.12)) if started else 0,
        "mentors_count": max(1, part(rng, mentor, 0.25)) if mentor else 0,
        "employed_with_mentor": mentor,
        "employed_with_trial": trial,
        "employed_with_trial_or_mentor": either,
        "public_work_participants": public_work,
        "veterans_helped": part(rng, public_work, 0.4),
        "memorials_maintained": part(rng, public_work, 0.08),
    }
