"""What a school would report in S11: programmes, contests, practices and volunteers of the school year."""

from random import Random

from demo.seeding import part
from demo.truth.contingent import Contingent
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

# kind of programme → titles, hours, grades 6–7, 8, 9, 10–11 taught by it
PROGRAMMES = {
    "extracurricular": (("Россия — мои горизонты", "Мир профессий"), 34, (1, 1, 1, 1)),
    "additional": (("Юный инженер", "Школа журналиста", "Медицинский класс"), 68, (1, 1, 1, 0)),
    "college_based": (
        ("Сварщик: первые шаги", "Поварское дело", "Основы программирования"),
        72,
        (0, 1, 1, 0),
    ),
    "elective": (("Перспектива", "Выбор профиля"), 34, (0, 1, 1, 0)),
}
CONTESTS = {
    "chelyabinsk": {
        "Ч2.7": "Лучшая практика сопровождения самоопределения",
        "Ч2.11": "В мире профессий",
        "Ч2.12": "Программы профильных смен",
    },
    "tyumen": {"Т2.5": "Траектория", "Т3.2.16": "Летние вариативные программы"},
}
PRACTICES = {"chelyabinsk": "Ч2.13", "tyumen": "Т2.2"}
PRACTICE_TITLES = ("Музей профессий", "Дневник выбора", "Профессиональный десант", "Наставник рядом")


@form_truth("S11")
def programmes(world: World, period: str) -> Sections:
    """Programmes that had pupils, contests with works sent in, practices handed in."""
    rng = world.stream("S11", period)
    year, region = world.years[period], world.org.region_code
    site = f"https://school{world.org.serial + 900}.example"
    subjects = part(rng, 12, 0.2 + 0.5 * year.zeal)
    squads = 1 if rng.random() < 0.3 * year.zeal else 0
    volunteers = rng.randint(5, 20) if squads else 0
    taught = [_programme(rng, year.contingent, kind, site) for kind in PROGRAMMES if rng.random() < year.zeal]
    contests: list[Row] = []
    for code, title in CONTESTS[region].items():
        if rng.random() < 0.5 * year.zeal:
            works = rng.randint(1, 6)
            winners = part(rng, works, 0.15)
            contests.append(
                {
                    "title": title,
                    "measure_code": code,
                    "level": rng.choice(("municipal", "regional")),
                    "works": works,
                    "winners": winners,
                    "prize_winners": part(rng, works - winners, 0.25),
                }
            )
    practices: list[Row] = []
    for title in rng.sample(PRACTICE_TITLES, part(rng, 2, 0.5 * year.zeal)):
        is_in_bank = rng.random() < 0.5
        practices.append(
            {
                "title": title,
                "measure_code": PRACTICES[region],
                "is_in_bank": is_in_bank,
                "adopted_by": rng.randrange(4) if is_in_bank else 0,
                "practice_url": f"{site}/practice" if is_in_bank else None,
            }
        )
    card: Row = {
        "subjects_with_component": subjects,
        "subjects_url": f"{site}/programmes" if subjects else None,
        "volunteer_squads": squads,
        "volunteers": volunteers,
        "volunteer_actions": rng.randint(1, 6) if squads else 0,
    }
    taught = [row for row in taught if row["students_total"]]
    return {"card": [card], "programmes": taught, "contests": contests, "practices": practices}


def _programme(rng: Random, contingent: Contingent, kind: str, site: str) -> Row:
    titles, hours, taught = PROGRAMMES[kind]
    share = {"extracurricular": 0.9, "additional": 0.12}.get(kind, 0.2)
    pupils = (
        contingent.students(6, 7),
        contingent.students(8),
        contingent.students(9),
        contingent.students(10, 11),
    )
    by_grade = [part(rng, n, share) if is_taught else 0 for n, is_taught in zip(pupils, taught, strict=True)]
    total = sum(by_grade)
    names = ("students_grade_6_7", "students_grade_8", "students_grade_9", "students_grade_10_11")
    return {
        "title": rng.choice(titles),
        "programme_kind": kind,
        "hours": hours,
        "groups": min(100, max(1, total // 20)),
        **dict(zip(names, by_grade, strict=True)),
        "students_total": total,
        "students_ovz": part(rng, total, 0.06),
        "programme_url": f"{site}/{kind}" if rng.random() < 0.8 else None,
    }
