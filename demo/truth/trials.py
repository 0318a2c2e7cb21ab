"""Trials that colleges hold for schools: one draw for a college, a school and a month, told by both.

Each school goes to one college and each college takes the schools of a stretch of the registry, so either
side finds the other without drawing anybody else.
"""

from dataclasses import dataclass
from datetime import date

from demo.facts import specialties
from demo.organisations import Organisation, count, organisation
from demo.periods import school_year, span
from demo.seeding import part
from demo.truth.world import World

QUIET_MONTHS = ("01", "06", "09")
# How often a school has no trial, one, or two in a month.
OFTEN, SELDOM = (0.5, 0.35, 0.15), (0.85, 0.12, 0.03)
# «Профпробы 8–9 классов на базе СПО» in Chelyabinsk, grades 8–11 in Tyumen.
GRADES = {"chelyabinsk": (8, 9), "tyumen": (8, 9, 10, 11)}
LARGEST_GROUP = 30


@dataclass(frozen=True)
class Trial:
    """One trial of pupils of one grade of one school."""

    day: date
    title: str
    specialty_code: str
    school_ogrn: str
    grade: int
    participants: int
    participants_ovz: int
    has_employer: bool
    duration_hours: int


def schools_of(college: World) -> list[Organisation]:
    """The schools whose pupils come to a college; none where there are more colleges than schools."""
    drawn: list[Organisation] = college.once(("schools of the college",), lambda: _schools(college))
    return drawn


def _schools(college: World) -> list[Organisation]:
    schools, colleges = _sizes(college)
    serial = college.org.serial
    first, after_last = (-(-number * schools // colleges) for number in (serial, serial + 1))
    return [_organisation(college, "school", number) for number in range(first, after_last)]


def college_of(school: World) -> Organisation:
    """The college that pupils of a school go to."""
    schools, colleges = _sizes(school)
    return _organisation(school, "spo_college", school.org.serial * colleges // schools)


def trials_of_month(college: World, school: World, month: str) -> list[Trial]:
    """What was held for the school in a month, in order of date."""
    if school.org.closed_on is not None and school.org.closed_on < span(month)[0]:
        return []
    rng = college.stream("trials", school.org.ogrn, month)
    contingent = school.years[school_year(month)].contingent
    grades = [grade for grade in GRADES[school.org.region_code] if contingent.students(grade)]
    number = rng.choices((0, 1, 2), SELDOM if month[5:] in QUIET_MONTHS else OFTEN)[0] if grades else 0
    taught = college.once(("taught",), lambda: college.stream("taught").sample(specialties(), 5))
    first, last = span(month)
    trials = []
    for day in sorted(rng.sample(range(first.day, last.day + 1), number)):
        code, title = rng.choice(taught)
        grade = rng.choice(grades)
        participants = max(1, part(rng, min(LARGEST_GROUP, contingent.students(grade)), 0.5, 0.4))
        trials.append(
            Trial(
                first.replace(day=day),
                f"Профессиональная проба «{title}»",
                code,
                school.org.ogrn,
                grade,
                participants,
                min(part(rng, participants, 0.07), contingent.ovz(grade)),
                rng.random() < 0.4,
                rng.choice((2, 4, 4, 6)),
            )
        )
    return trials


def _sizes(world: World) -> tuple[int, int]:
    region = world.org.region_code
    return count("school", region, world.scale), count("spo_college", region, world.scale)


def _organisation(world: World, kind: str, serial: int) -> Organisation:
    return organisation(world.seed, world.org.region_code, kind, serial, world.scale)
