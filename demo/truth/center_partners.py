"""What an employment centre would report in C8: its partners and the routes of the quarter."""

from demo.seeding import part, split
from demo.truth.agreements import agreements, employer, in_force
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

PARTNER_TYPES = {"school": 0.45, "spo_college": 0.2, "employer": 0.3, "other": 0.05}


@form_truth("C8")
def partners_and_routes(world: World, period: str) -> Sections:
    """Agreements in force and the routes of the quarter."""
    rng = world.stream("C8", period)
    rows = in_force(agreements(world, 12 if world.org.is_urban else 5, PARTNER_TYPES), period)
    # «Неделя без турникетов» is held in April and October
    has_week = period.endswith(("Q2", "Q4"))
    routes: list[Row] = []
    for place in range(rng.randint(1, 5)):
        inn, name = employer(rng, world.org.region_code)
        visits = rng.randint(1, 4)
        people = visits * rng.randint(10, 40)
        younger, middle, older = split(rng, people, [0.15, 0.5, 0.35])
        routes.append(
            {
                "route_title": f"Промышленный маршрут {place + 1}",
                "enterprise_inn": inn,
                "enterprise_name": name,
                "visit_kind": rng.choice(("excursion", "excursion", "trial", "internship", "lesson")),
                "is_turnstile_week": has_week and rng.random() < 0.5,
                "visits_count": visits,
                "participants_grade_7_below": younger,
                "participants_grade_8_9": middle,
                "participants_grade_10_11": older,
                "participants_total": people,
                "participants_ovz": part(rng, people, 0.05),
            }
        )
    return {"agreements": rows, "routes": routes}
