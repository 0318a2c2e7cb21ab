"""What an employment centre would report in C8 and C5: partners and routes, and graduates' intentions."""

from random import Random

from demo.seeding import part, split
from demo.truth.agreements import agreements, employer, in_force
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

PARTNER_TYPES = {"school": 0.45, "spo_college": 0.2, "employer": 0.3, "other": 0.05}
# field of study -> weights: college after grade 9, college after grade 11, university
FIELDS_OF_STUDY = {
    "math_science": (0.01, 0.02, 0.12),
    "engineering": (0.5, 0.4, 0.34),
    "health": (0.12, 0.14, 0.12),
    "agriculture": (0.08, 0.04, 0.03),
    "social": (0.16, 0.2, 0.2),
    "education": (0.07, 0.1, 0.1),
    "humanities": (0.01, 0.03, 0.05),
    "arts": (0.05, 0.06, 0.03),
    "defence": (0.0, 0.01, 0.01),
}


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


@form_truth("C5")
def intentions_of_territory(world: World, period: str) -> Sections:
    """Graduates of the schools that the centre serves, and where they intend to go."""
    rng = world.stream("C5", period)
    schools = rng.randint(8, 30) if world.org.is_urban else rng.randint(2, 8)
    ninth, eleventh = schools * rng.randint(12, 60), schools * rng.randint(5, 30)
    grade_9 = _grade(rng, "9", schools, ninth, [0.42, 0.48, 0.0, 0.02, 0.0, 0.08])
    grade_11 = _grade(rng, "11", schools, eleventh, [0.0, 0.2, 0.66, 0.04, 0.03, 0.07])
    wholes = (grade_9["to_spo"], grade_11["to_spo"], grade_11["to_university"])
    columns = [
        split(
            rng, whole if isinstance(whole, int) else 0, [weights[i] for weights in FIELDS_OF_STUDY.values()]
        )
        for i, whole in enumerate(wholes)
    ]
    by_field: list[Row] = []
    for place, code in enumerate(FIELDS_OF_STUDY):
        by_field.append(_field_of_study(code, *(column[place] for column in columns)))
    by_field.append(_field_of_study("total", *(sum(column) for column in columns)))
    return {"by_grade": [grade_9, grade_11], "by_field_of_study": by_field}


def _grade(rng: Random, grade: str, schools: int, graduates: int, weights: list[float]) -> Row:
    surveyed = part(rng, graduates, 0.94, 0.05)
    names = ("to_grade_10", "to_spo", "to_university", "to_work", "to_army", "undecided")
    return {
        "row_code": grade,
        "schools_count": schools,
        "graduates_of_territory": graduates,
        "surveyed_of_territory": surveyed,
        **dict(zip(names, split(rng, surveyed, weights), strict=True)),
        "to_other_region": part(rng, surveyed, 0.12),
    }


def _field_of_study(code: str, spo_9: int, spo_11: int, university: int) -> Row:
    return {
        "row_code": code,
        "to_spo_grade_9": spo_9,
        "to_spo_grade_11": spo_11,
        "to_university_grade_11": university,
        "intend_total": spo_9 + spo_11 + university,
    }
