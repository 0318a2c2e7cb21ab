"""What a college would report in P5 and P6: its agreements, championships and other events."""

from random import Random

from demo.seeding import part
from demo.truth.agreements import agreements, in_force
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

PARTNER_TYPES = {"school": 0.5, "employer": 0.35, "employment_center": 0.1, "other": 0.05}
COMPETENCES = (
    "Сварочные технологии",
    "Поварское дело",
    "Сетевое и системное администрирование",
    "Графический дизайн",
    "Электромонтаж",
    "Столярное дело",
)
MEASURES = {
    "chelyabinsk": ("Ч4.1", "Ч4.4"),
    "tyumen": ("Т2.5", "Т2.6", "Т3.2.3", "Т3.2.10", "Т3.2.12", "Т3.2.13", "Т3.2.17"),
}


@form_truth("P5")
def agreements_of_college(world: World, period: str) -> Sections:
    """Agreements in force in the quarter, with the people they reach."""
    rng = world.stream("P5", period)
    rows = in_force(agreements(world, 10, PARTNER_TYPES), period)
    for row in rows:
        is_network = rng.random() < 0.2
        row |= {
            "is_network": is_network,
            "has_workplace": row["partner_type"] == "employer",
            "students_covered": rng.randint(5, 60) if is_network or row["partner_type"] == "employer" else 0,
            "pupils_covered": rng.randint(10, 150) if row["partner_type"] == "school" else 0,
        }
    return {"agreements": rows}


@form_truth("P6")
def championships(world: World, period: str) -> Sections:
    """One line per championship and competence, one per measure of the road map."""
    rng = world.stream("P6", period)
    rows = [_competence(rng, "professionals", name) for name in rng.sample(COMPETENCES, rng.randint(1, 4))]
    rows += [_competence(rng, "abilympics", name) for name in rng.sample(COMPETENCES, rng.randint(0, 2))]
    codes = MEASURES[world.org.region_code]
    chosen = sorted(rng.sample(codes, rng.randint(1, len(codes))))
    submitted = rng.randint(0, 3)
    card: Row = {"practices_submitted": submitted, "practices_included": part(rng, submitted, 0.5)}
    return {
        "card": [card],
        "championships": rows,
        "events": [_measure(rng, code) for code in chosen],
    }


def _competence(rng: Random, championship: str, competence: str) -> Row:
    people = rng.randint(1, 8)
    is_abilympics = championship == "abilympics"
    ovz = rng.randint(1, people) if is_abilympics else part(rng, people, 0.05)
    return {
        "championship": championship,
        "level": rng.choice(("municipal", "regional", "regional", "federal")),
        "competence": competence,
        "category": rng.choices(("pupils", "students"), (0.3, 0.7))[0],
        "participants": people,
        "participants_ovz": ovz,
        "participants_disabled": people - ovz if is_abilympics else 0,
        "winners": part(rng, people, 0.3),
        "spectators": rng.randint(0, 150),
    }


def _measure(rng: Random, code: str) -> Row:
    is_contest, has_volunteers = code == "Т2.5", code == "Т3.2.13"
    applications = rng.randint(1, 5)
    return {
        "measure_code": code,
        "events_count": rng.randint(1, 4),
        "pupils": 0 if is_contest else rng.randint(20, 400),
        "students": rng.randint(5, 60),
        "specialists": rng.randint(1, 12),
        "volunteers": rng.randint(5, 30) if has_volunteers else None,
        "applications": applications if is_contest else None,
        "winners": part(rng, applications, 0.4) if is_contest else None,
    }
