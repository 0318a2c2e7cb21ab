"""What a college would report in P2: trials held for pupils of schools that exist in the registry."""

from demo.facts import specialties
from demo.organisations import Organisation, count, organisation
from demo.periods import COLLEGE_MONTHS, span
from demo.seeding import part, stream
from demo.truth.school import requisites
from demo.values import FormValues, Row

PARTNERS = 8


def college_truth(seed: int, org: Organisation, scale: float) -> list[FormValues]:
    """One P2 per month of the school year; a month without trials is a form without rows."""
    rng = stream(seed, "truth", org.ogrn)
    schools = count("school", org.region_code, scale)
    serials = sorted({rng.randrange(schools) for _ in range(PARTNERS)})
    partners = [organisation(seed, org.region_code, "school", serial, scale) for serial in serials]
    taught = rng.sample(specialties(), 5)
    forms = []
    for period in COLLEGE_MONTHS:
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
                    "has_employer": rng.random() < 0.4,
                }
            )
        forms.append(FormValues("P2", period, {"card": [requisites(org, period)], "trials": rows}))
    return forms
