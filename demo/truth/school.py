"""What a school would report in S1, S3 and S5 if it made no mistake."""

from datetime import date, timedelta
from random import Random

from demo.organisations import Organisation
from demo.periods import QUARTERS, SCHOOL_YEARS, school_year
from demo.seeding import part, split, stream
from demo.truth.contingent import Contingent, contingents
from demo.truth.events import YearOfEvents
from demo.values import FormValues, Row

HOURS_OF_LEVEL = {"basic": 40, "main": 60, "advanced": 80}
SURNAMES = ("Образцова", "Примерова", "Учебная", "Демидова-Образцова", "Проверкина", "Пробная")
INITIALS = ("Анна Ивановна", "Мария Петровна", "Ольга Сергеевна", "Елена Павловна", "Ирина Юрьевна")


def school_truth(seed: int, org: Organisation) -> list[FormValues]:
    """All forms of the school over the demo's school years."""
    rng = stream(seed, "truth", org.ogrn)
    by_year = dict(zip(SCHOOL_YEARS, contingents(rng, org, len(SCHOOL_YEARS)), strict=True))
    forms = []
    zeal = org.zeal
    for year, contingent in by_year.items():
        forms.append(_passport(rng, org, year, contingent, zeal))
        forms.append(_intentions(rng, org, year, contingent, zeal))
        events = YearOfEvents(rng, org.region_code, contingent, zeal)
        for quarter in QUARTERS:
            if school_year(quarter) == year:
                card = requisites(org, quarter)
                sections = {"card": [card], "events": events.quarter(quarter), "coverage": events.coverage()}
                forms.append(FormValues("S3", quarter, sections))
        zeal = min(0.98, max(0.05, zeal + rng.uniform(-0.08, 0.15)))
    return forms


def requisites(org: Organisation, period_code: str) -> Row:
    """The card fields that every form begins with."""
    return {"ogrn": org.ogrn, "inn": org.inn, "organisation_name": org.name_short, "period": period_code}


def _passport(rng: Random, org: Organisation, year: str, contingent: Contingent, zeal: float) -> FormValues:
    level = rng.choices(("basic", "main", "advanced"), (0.5, 0.35, 0.15))[0]
    norm = HOURS_OF_LEVEL[level]
    plan = norm + rng.choice((0, 0, 0, 4, 8))
    as_of = date(int(year[:4]), 9, 20)
    has_site = rng.random() < 0.55 + 0.4 * zeal
    card = requisites(org, year) | {
        "oktmo": org.oktmo,
        "responsible_count": rng.choices((0, 1, 2, 3), (0.04, 0.6, 0.26, 0.1))[0],
        "has_order": rng.random() < 0.6 + 0.4 * zeal,
        "responsible_full_name": f"{rng.choice(SURNAMES)} {rng.choice(INITIALS)}",
        "responsible_phone": f"+7 (000) 000-{rng.randrange(100):02d}-{rng.randrange(100):02d}",
        "profminimum_level": level,
        "profminimum_hours_plan": plan,
        "profminimum_hours_actual": min(plan, round(norm * min(1.0, rng.gauss(0.78 + 0.25 * zeal, 0.1)))),
        "vsoko_has_criteria": rng.random() < 0.4 + 0.55 * zeal,
        "vsoko_has_indicators": rng.random() < 0.3 + 0.55 * zeal,
        "vsoko_has_tools": rng.random() < 0.2 + 0.55 * zeal,
        "site_section_url": f"https://school{org.serial + 900}.example/prof" if has_site else None,
        "site_section_updated_on": as_of - timedelta(days=int(rng.expovariate(1 / 90)) % 700)
        if has_site
        else None,
        "site_checklist_count": part(rng, 10, 0.4 + 0.5 * zeal) if has_site else 0,
    }
    return FormValues("S1", year, {"card": [card], "by_grade": contingent.rows()})


def _intentions(rng: Random, org: Organisation, year: str, contingent: Contingent, zeal: float) -> FormValues:
    rows: list[Row] = []
    for grade, weights in ((9, [0.42, 0.5, 0.0, 0.02, 0.0, 0.06]), (11, [0.0, 0.2, 0.66, 0.03, 0.02, 0.09])):
        students = contingent.students(grade)
        graduates = part(rng, students, 0.985, 0.02)
        response = 0.97 if rng.random() < 0.75 + 0.2 * zeal else 0.7
        surveyed = part(rng, graduates, response, 0.05)
        undecided = weights[-1] * (1.8 - 1.3 * zeal)
        ten, spo, university, work, army, unsure = split(rng, surveyed, [*weights[:-1], undecided])
        rows.append(
            {
                "row_code": str(grade),
                "graduates": graduates,
                "surveyed": surveyed,
                "to_grade_10": ten,
                "to_spo": spo,
                "to_university": university,
                "to_work": work,
                "to_army": army,
                "undecided": unsure,
                "to_other_region": part(rng, surveyed, 0.05 if grade == 9 else 0.17),
            }
        )
    return FormValues("S5", year, {"card": [requisites(org, year)], "by_grade": rows})
