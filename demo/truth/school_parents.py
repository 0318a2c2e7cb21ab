"""What a school would report in S12: meetings with parents, parents reached since 1 September, tutors."""

from calendar import monthrange
from datetime import date
from random import Random

from demo.periods import periods_of_form, school_year
from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

MEASURES = {"chelyabinsk": ("Ч6.5", "Ч6.5", "Ч3.5"), "tyumen": ("Т6.1",)}
MONTHS = {"3": (9,), "4": (10, 11, 12), "1": (1, 2, 3), "2": (4, 5)}
TOPICS = {
    "assembly": "Куда пойти учиться после школы",
    "consultation": "Как помочь ребёнку выбрать профессию",
    "open_day": "Колледжи и вузы региона",
    "workshop": "Профессии нашей семьи",
    "other": "Рынок труда региона",
}
GROUPS = {"6_7": (6, 7), "8_9": (8, 9), "10_11": (10, 11)}


@form_truth("S12")
def parents(world: World, period: str) -> Sections:
    """Meetings of the quarter, and what has been reached since 1 September."""
    year = school_year(period)
    quarters: dict[str, Sections] = world.once(("parents", year), lambda: _quarters(world, year))
    return quarters[period]


def _quarters(world: World, year: str) -> dict[str, Sections]:
    rng = world.stream("S12", year)
    contingent, zeal = world.years[year].contingent, world.years[year].zeal
    pupils = {group: contingent.students(*grades) for group, grades in GROUPS.items()}
    reached = dict.fromkeys(GROUPS, 0)
    asked_share, content_share = rng.uniform(0.2, 0.6), rng.uniform(0.6, 0.95)
    partners, families = rng.randrange(4), rng.randrange(6)
    told: dict[str, Sections] = {}
    for period in periods_of_form("S12"):
        if school_year(period) != year:
            continue
        meetings = [
            _meeting(rng, world.org.region_code, period, sum(pupils.values()))
            for _ in range(round(rng.randint(1, 4) * (0.5 + 0.6 * zeal)))
        ]
        meetings.sort(key=lambda row: (str(row["meeting_date"]), str(row["title"])))
        came = part(rng, sum(int(str(row["parents"])) for row in meetings), 0.6)
        for group, more in zip(GROUPS, split(rng, came, [float(n) for n in pupils.values()]), strict=True):
            # a pupil may have both parents come
            reached[group] = min(2 * pupils[group], reached[group] + more)
        total = sum(reached.values())
        asked = int(total * asked_share)
        coverage: list[Row] = [{"row_code": group, "unique_parents": n} for group, n in reached.items()]
        told[period] = {
            "card": [{"parents_asked": asked, "parents_satisfied": int(asked * content_share)}],
            "meetings": meetings,
            "coverage": [*coverage, {"row_code": "total", "unique_parents": total}],
            "tutors": [
                {"row_code": "partner", "tutor_count": partners, "students_supported": partners * 5},
                {"row_code": "parent", "tutor_count": families, "students_supported": families * 2},
            ],
        }
    return told


def _meeting(rng: Random, region_code: str, period: str, pupils: int) -> Row:
    kind = rng.choices(sorted(TOPICS), (0.4, 0.25, 0.05, 0.15, 0.15))[0]
    year, month = int(period[:4]), rng.choice(MONTHS[period[6]])
    return {
        "meeting_date": date(year, month, rng.randint(1, monthrange(year, month)[1])),
        "measure_code": rng.choice(MEASURES[region_code]),
        "title": f"{TOPICS[kind]}, встреча {rng.randint(1, 99)}",
        "meeting_kind": kind,
        "format": rng.choices(("in_person", "remote", "mixed"), (0.7, 0.2, 0.1))[0],
        "has_employer": rng.random() < 0.35,
        "parents": max(1, part(rng, pupils, 0.05 if kind == "consultation" else 0.25)),
    }
