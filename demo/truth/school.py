"""What a school would report in S1, S3 and S5 if it made no mistake."""

from datetime import date, timedelta
from random import Random

from demo.history import described_on
from demo.periods import periods_of_form, quarter_of, school_year
from demo.seeding import part, split
from demo.truth.events import YearOfEvents
from demo.truth.trials import college_of, trials_of_month
from demo.truth.world import Sections, World, first_guess_of, form_truth
from demo.values import FormValues, Row

HOURS_OF_LEVEL = {"basic": 40, "main": 60, "advanced": 80}
SURNAMES = ("Образцова", "Примерова", "Учебная", "Демидова-Образцова", "Проверкина", "Пробная")
INITIALS = ("Анна Ивановна", "Мария Петровна", "Ольга Сергеевна", "Елена Павловна", "Ирина Юрьевна")


@form_truth("S1")
def passport(world: World, period: str) -> Sections:
    """The passport on 20 September: pupils by grade, the school's means of guidance."""
    rng, org = world.stream("S1", period), world.org
    zeal = world.years[period].zeal
    level = rng.choices(("basic", "main", "advanced"), (0.5, 0.35, 0.15))[0]
    norm = HOURS_OF_LEVEL[level]
    plan = norm + rng.choice((0, 0, 0, 4, 8))
    as_of = date(int(period[:4]), 9, 20)
    has_site = rng.random() < 0.55 + 0.4 * zeal
    card: Row = {
        "oktmo": described_on(org, as_of).oktmo,
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
    return {"card": [card], "by_grade": world.years[period].contingent.rows()}


@first_guess_of("S1")
def _guess_passport(values: FormValues, rng: Random) -> None:
    hours = int(str(values.card["profminimum_hours_actual"]))
    values.card["profminimum_hours_actual"] = max(0, hours - rng.randint(1, 9))
    values.card["has_order"] = not values.card["has_order"]


@form_truth("S3")
def events(world: World, period: str) -> Sections:
    """Events of the quarter, and the unique pupils reached since 1 September."""
    year = school_year(period)
    quarters: dict[str, Sections] = world.once(("events", year), lambda: _events_of_year(world, year))
    return quarters[period]


def _events_of_year(world: World, year: str) -> dict[str, Sections]:
    drawn = YearOfEvents(
        world.stream("S3", year), world.org.region_code, world.years[year].contingent, world.years[year].zeal
    )
    college = world.world_of(college_of(world))
    quarters = {}
    for quarter in periods_of_form("S3"):
        if school_year(quarter) == year:
            months = (month for month in periods_of_form("P2") if quarter_of(month) == quarter)
            at_college = [trial for month in months for trial in trials_of_month(college, world, month)]
            quarters[quarter] = {"events": drawn.quarter(quarter, at_college), "coverage": drawn.coverage()}
    return quarters


@first_guess_of("S3")
def _guess_events(values: FormValues, rng: Random) -> None:
    for row in values.rows("events"):
        row["has_employer"] = False
    row = values.row("coverage", "open_lesson")
    total, grades = int(str(row["unique_total"])), int(str(row["unique_8_9"]))
    if grades > 1 and total > int(str(row["unique_ovz"])):
        row["unique_8_9"], row["unique_total"] = grades - 1, total - 1


@form_truth("S5")
def intentions(world: World, period: str) -> Sections:
    """What the graduates of grades 9 and 11 intend."""
    rng = world.stream("S5", period)
    contingent, zeal = world.years[period].contingent, world.years[period].zeal
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
    return {"by_grade": rows}


@first_guess_of("S5")
def _guess_intentions(values: FormValues, rng: Random) -> None:
    row = values.row("by_grade", "9")
    moved = int(str(row["to_spo"])) // 3
    row["to_spo"] = int(str(row["to_spo"])) - moved
    row["undecided"] = int(str(row["undecided"])) + moved
