"""What a college would report in P1, P3 and P4: students, admission, what became of the graduates."""

from random import Random

from demo.facts import municipalities, specialties
from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

OUTCOMES = (
    "employed_in_profession",
    "employed_other",
    "self_employed",
    "continued_education",
    "in_army",
    "on_parental_leave",
    "not_employed",
    "outcome_unknown",
)
OUTCOME_WEIGHTS = [0.42, 0.13, 0.05, 0.12, 0.16, 0.04, 0.06, 0.02]
ENTRIES = ("admitted_after_9", "admitted_after_11")


def taught(world: World) -> list[str]:
    """Codes of the specialities that the college teaches; its trials (P2) are of the same."""
    return [code for code, _ in world.stream("taught").sample(specialties(), 5)]


@form_truth("P3")
def admission(world: World, period: str) -> Sections:
    """Everybody admitted by 1 October, by speciality and by municipality of the school."""
    rng = world.stream("P3", period)
    rows = [_admitted(rng, code, "grade_9") for code in taught(world)]
    rows.append(_admitted(rng, taught(world)[0], "grade_11"))
    entries = [
        sum(
            n for row in rows if row["admission_base"] == base and isinstance(n := row["admitted_total"], int)
        )
        for base in ("grade_9", "grade_11")
    ]
    codes = [
        place.oktmo
        for place in municipalities().values()
        if place.region_code == world.org.region_code and place.oktmo.endswith("000")
    ]
    chosen = sorted({world.org.oktmo, *rng.sample(sorted(codes), min(4, len(codes)))})
    weights = [4.0 if code == world.org.oktmo else 1.0 for code in chosen]
    columns = [split(rng, whole, weights) for whole in entries]
    territories: list[Row] = []
    for code, after_9, after_11 in zip(chosen, *columns, strict=True):
        counts = dict(zip(ENTRIES, (after_9, after_11), strict=True))
        territories.append({"school_oktmo": code, **counts, "admitted_total": after_9 + after_11})
    card: Row = {"entrants_attended_events": part(rng, sum(entries), 0.35)}
    return {"card": [card], "admission": rows, "territories": territories}


def _admitted(rng: Random, code: str, base: str) -> Row:
    quota = 25 * rng.randint(1, 2) if base == "grade_9" else rng.choice((10, 15))
    budget, paid = part(rng, quota, 0.97, 0.05), rng.choice((0, 0, 3, 6, 10))
    total = budget + paid
    ovz = part(rng, total, 0.05)
    return {
        "specialty_code": code,
        "admission_base": base,
        "quota": quota,
        "applications": total + rng.randint(0, 3 * total),
        "admitted_budget": budget,
        "admitted_paid": paid,
        "admitted_total": total,
        "admitted_ovz": ovz,
        "admitted_disabled": part(rng, total - ovz, 0.02),
        "admitted_targeted": part(rng, total, 0.1),
        "average_certificate_score": round(rng.uniform(3.4, 4.6), 2),
    }


@form_truth("P1")
def passport_of_college(world: World, period: str) -> Sections:
    """Students on 1 October: the first course are those whom P3 reports as admitted."""
    rng = world.stream("P1", period)
    rows: list[Row] = []
    for entry in world.form("P3", period).rows("admission"):
        first = entry["admitted_total"]
        courses = [first if isinstance(first, int) else 0]
        for _ in range(3 if entry["admission_base"] == "grade_9" else 2):
            courses.append(part(rng, 28 if entry["admission_base"] == "grade_9" else 14, 0.8))
        courses += [0] * (4 - len(courses))
        total = sum(courses)
        ovz = part(rng, total, 0.05)
        rows.append(
            {
                "specialty_code": entry["specialty_code"],
                "admission_base": entry["admission_base"],
                "study_form": "full_time",
                **{f"students_course_{n}": count for n, count in enumerate(courses, start=1)},
                "students_total": total,
                "students_ovz": ovz,
                "disabled_within_ovz": part(rng, ovz, 0.3),
                "disabled_outside_ovz": part(rng, total - ovz, 0.02),
                "students_targeted": part(rng, total, 0.08),
            }
        )
    entered = sum(n for row in rows if isinstance(n := row["students_course_1"], int))
    surveyed, programmes = part(rng, entered, 0.8, 0.1), rng.randint(0, 6)
    card: Row = {
        "pupil_programmes_count": programmes,
        "pupils_in_programmes": programmes * rng.randint(10, 30),
        "first_year_surveyed": surveyed,
        "first_year_satisfied": part(rng, surveyed, 0.8, 0.1),
    }
    return {"card": [card], "specialties": rows}


@form_truth("P4")
def outcomes(world: World, period: str) -> Sections:
    """Five lines per speciality; the parts are drawn column by column, so no part exceeds its whole."""
    rng = world.stream("P4", period)
    rows: list[Row] = []
    for code in taught(world):
        everyone = split(rng, rng.randint(8, 60), OUTCOME_WEIGHTS)
        with_ovz = [part(rng, count, 0.07) for count in everyone]
        lines = {
            "01": everyone,
            "02": with_ovz,
            "03": [part(rng, count, 0.3) for count in with_ovz],
            "04": [part(rng, count - less, 0.03) for count, less in zip(everyone, with_ovz, strict=True)],
            "05": [part(rng, count, 0.12) for count in everyone],
        }
        for number, counts in lines.items():
            by_outcome = dict(zip(OUTCOMES, counts, strict=True))
            rows.append(
                {
                    "specialty_code": code,
                    "row_number": number,
                    **by_outcome,
                    "graduates_total": sum(counts),
                    "not_employed_registered": part(rng, by_outcome["not_employed"], 0.5),
                }
            )
    return {"outcomes": rows}
