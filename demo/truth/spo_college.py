"""What a college would report in P2: trials held for pupils of schools that exist in the registry."""

from random import Random

from demo.facts import specialties
from demo.periods import span
from demo.seeding import part
from demo.truth.world import Sections, World, first_guess_of, form_truth
from demo.values import FormValues, Row

PARTNERS = 8


@form_truth("P2")
def trials(world: World, period: str) -> Sections:
    """Trials of the month; a month without trials is a form without rows."""
    rng = world.stream("P2", period)
    partners = world.others("school", PARTNERS, "partners")
    taught = world.stream("taught").sample(specialties(), 5)
    first, last = span(period)
    low, high = (0, 3) if period[5:] in ("01", "06", "09") else (2, 9)
    rows: list[Row] = []
    days = sorted(rng.randint(first.day, last.day) for _ in range(rng.randint(low, high)))
    for day in days:
        school = rng.choice(partners)
        code, title = rng.choice(taught)
        grades = (8, 9, 10, 11) if school.has_grade_10_11 else (8, 9)
        participants = max(1, part(rng, min(30, school.grade_size * 2), 0.5, 0.4))
        rows.append(
            {
                "trial_date": first.replace(day=day),
                "trial_title": f"Профессиональная проба «{title}»",
                "specialty_code": code,
                "school_ogrn": school.ogrn,
                "grade": rng.choice(grades),
                "participants": participants,
                "participants_ovz": part(rng, participants, 0.07),
                "employer_involved": rng.random() < 0.4,
                "duration_hours": rng.choice((2, 4, 4, 6)),
            }
        )
    return {"card": [{"trials_planned": len(rows) + rng.choice((0, 0, 0, 1, 2))}], "trials": rows}


@first_guess_of("P2")
def _guess_trials(values: FormValues, rng: Random) -> None:
    for row in values.rows("trials"):
        row["employer_involved"] = not row["employer_involved"]
