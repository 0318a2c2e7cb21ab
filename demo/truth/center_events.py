"""What an employment centre would report in C3: events of the month by measure, and the pupils reached."""

from random import Random

from demo.periods import school_year, span
from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

GRADES = ("7_below", "8", "9", "10", "11")
COVERED = ("8", "9", "10", "11")
EVERY_MONTH = frozenset(range(1, 13))
AT_SCHOOL = EVERY_MONTH - {6, 7, 8}
# measure, title, kind of activity, months
CALENDAR = (
    ("Т3.2.1", "Акция «Моя профессия — моё будущее»", "other", frozenset({4})),
    ("Т3.2.2", "Летний лагерь — территория профориентации", "camp", frozenset({6, 7, 8})),
    ("Т3.2.4", "Job-кафе", "meeting", EVERY_MONTH),
    ("Т3.2.5", "Job-библиотека", "other", EVERY_MONTH),
    ("Т3.2.7", "Декадник «С надеждой в будущее»", "meeting", frozenset({12})),
    ("Т3.2.8", "Твой профессиональный выбор", "meeting", AT_SCHOOL),
    ("Т3.2.9", "Элективный курс «Перспектива»", "course", AT_SCHOOL),
    ("Т3.2.10", "Ярмарка учебных мест", "fair", frozenset({2, 3, 4, 10, 11})),
    ("Т3.2.11", "Выезд мобильного центра занятости", "trial", EVERY_MONTH),
    ("Т3.2.12", "Единый день профессионального самоопределения", "other", frozenset({3})),
    ("Т3.2.13", "Акция волонтёрского отряда", "volunteering", EVERY_MONTH),
    ("Т4.2", "Интерактивная экскурсия в Центр профориентации", "excursion", AT_SCHOOL),
    ("Т4.6", "Урок карьеры от профессионалов", "meeting", AT_SCHOOL),
    ("Т4.7", "Генеральная встреча с руководителем предприятия", "meeting", AT_SCHOOL),
    ("Т6.4", "Семейное посещение «Здесь и сейчас»", "family_visit", AT_SCHOOL),
)


@form_truth("C3")
def center_events(world: World, period: str) -> Sections:
    """Events of the month; unique pupils grow from month to month of the school year."""
    year = school_year(period)
    reached: dict[str, tuple[int, int, int]] = dict.fromkeys(COVERED, (0, 0, 0))
    for month in _months(year):
        rows = _events(world, month)
        rng = world.stream("C3", month, "coverage")
        for grade, (unique, visitors, ovz) in reached.items():
            new = part(rng, _sum(rows, f"participants_grade_{grade}"), 0.6)
            reached[grade] = unique + new, visitors + part(rng, new, 0.3), ovz + part(rng, new, 0.06)
        if month == period:
            break
    coverage: list[Row] = [
        {"row_code": grade, "unique_since_september": unique, "center_visitors": visitors, "unique_ovz": ovz}
        for grade, (unique, visitors, ovz) in reached.items()
    ]
    return {"events": _events(world, period), "coverage": coverage}


def _months(year: str) -> list[str]:
    """Months that count to a school year, from July."""
    first = int(year[:4])
    return [f"{first}-{m:02d}" for m in range(7, 13)] + [f"{first + 1}-{m:02d}" for m in range(1, 7)]


def _sum(rows: list[Row], field: str) -> int:
    return sum(count for row in rows if isinstance(count := row[field], int))


def _events(world: World, period: str) -> list[Row]:
    rows: list[Row] = world.once(("C3", period), lambda: _draw(world, period))
    return rows


def _draw(world: World, period: str) -> list[Row]:
    rng = world.stream("C3", period)
    first, last = span(period)
    possible = [entry for entry in CALENDAR if first.month in entry[3]]
    number = rng.randint(3, 8) if world.org.is_urban else rng.randint(1, 4)
    days = sorted(rng.sample(range(first.day, last.day + 1), number))
    return [_event(rng, first.replace(day=day), *rng.choice(possible)[:3]) for day in days]


def _event(rng: Random, day: object, measure: str, title: str, kind: str) -> Row:
    pupils = rng.randint(8, 90)
    grades = split(rng, pupils, [0.1, 0.2, 0.35, 0.15, 0.2])
    students = rng.randint(0, 6) if kind in ("fair", "volunteering") else 0
    total = pupils + students
    ovz = part(rng, total, 0.35 if measure == "Т3.2.7" else 0.05)
    is_mobile = measure == "Т3.2.11"
    families = rng.randint(3, 12) if kind == "family_visit" else None
    return {
        "event_date": day,
        "measure_code": measure,
        "title": title,
        "activity_kind": kind,
        "level": "regional" if kind == "fair" else "municipal",
        "format": rng.choices(("in_person", "remote", "mixed"), (0.8, 0.12, 0.08))[0],
        "has_employer": kind in ("fair", "excursion") or rng.random() < 0.35,
        "is_mobile": is_mobile,
        "settlements_count": rng.randint(1, 3) if is_mobile else None,
        "organisations_count": rng.randint(1, 5),
        "partners_count": rng.randint(1, 8) if kind == "fair" else rng.randint(0, 2),
        "groups_count": rng.randint(1, 3) if kind in ("course", "volunteering") else None,
        "hours": rng.choice((2, 4, 6)) if kind == "course" else None,
        **{f"participants_grade_{grade}": count for grade, count in zip(GRADES, grades, strict=True)},
        "participants_students": students,
        "participants_total": total,
        "participants_ovz": ovz,
        "participants_disabled": part(rng, total - ovz, 0.02),
        "volunteers": part(rng, total, 0.5) if kind == "volunteering" else None,
        "parents": rng.randint(3, 20) if kind == "family_visit" else part(rng, total, 0.04),
        "families_count": families,
        "specialists": rng.randint(0, 4),
        "managers": rng.randint(1, 3) if measure == "Т4.7" else None,
        "trials_count": rng.randint(1, 4) if kind == "trial" else None,
        "applications": None,
        "winners": None,
    }
