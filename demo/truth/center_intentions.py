"""What an employment centre would report in C5: what the graduates of its schools mean to do, added up."""

from demo.history import MOVED, described_on
from demo.organisations import Organisation, count, organisation, serials_in
from demo.periods import span, term
from demo.seeding import split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

# C5 → S5
SUMMED = {
    "graduates_of_territory": "graduates",
    "surveyed_of_territory": "surveyed",
    **{
        name: name
        for name in (
            "to_grade_10",
            "to_spo",
            "to_university",
            "to_work",
            "to_army",
            "undecided",
            "to_other_region",
        )
    },
}
# field of study -> weights: college after grade 9, college after grade 11, university
FIELDS_OF_STUDY = {
    "math_science": (0.01, 0.02, 0.12),
    "engineering": (0.5, 0.4, 0.34),
    "health": (0.12, 0.14, 0.12),
    "agriculture": (0.08, 0.04, 0.03),
    "social": (0.16, 0.2, 0.2),
    "education": (0.07, 0.1, 0.1),
    "humanities": (0.01, 0.03, 0.05),
    "arts": (0.05, 0.06, 0.03),
    "defence": (0.0, 0.01, 0.01),
}


@form_truth("C5")
def intentions_of_territory(world: World, period: str) -> Sections:
    """The schools' S5 added up; fields of study of those who mean to study."""
    rng = world.stream("C5", period)
    sums = {grade: dict.fromkeys(("schools_count", *SUMMED), 0) for grade in ("9", "11")}
    for served in _schools(world, period):
        # The school is forgotten at once: a city has hundreds.
        school = World(world.seed, served, world.scale)
        for grade, counts in sums.items():
            said = school.form("S5", period).row("by_grade", grade)
            counts["schools_count"] += bool(said["graduates"])
            for name, of_school in SUMMED.items():
                counts[name] += int(str(said[of_school]))
    wholes = (sums["9"]["to_spo"], sums["11"]["to_spo"], sums["11"]["to_university"])
    weights = list(FIELDS_OF_STUDY.values())
    columns = [split(rng, whole, [of_field[i] for of_field in weights]) for i, whole in enumerate(wholes)]
    by_field = [
        _field_of_study(code, *(column[place] for column in columns))
        for place, code in enumerate(FIELDS_OF_STUDY)
    ]
    by_field.append(_field_of_study("total", *wholes))
    return {
        "by_grade": [{"row_code": grade, **counts} for grade, counts in sums.items()],
        "by_field_of_study": by_field,
    }


def _schools(world: World, period: str) -> list[Organisation]:
    """The schools that the centre serves then; centres of one municipality share them."""
    org = world.org
    centers = serials_in(org.kind, org.region_code, org.oktmo, world.scale)
    serials = {*serials_in("school", org.region_code, org.oktmo, world.scale)}
    if count("school", org.region_code, world.scale) > MOVED:
        serials.add(MOVED)
    schools = [
        organisation(world.seed, org.region_code, "school", serial, world.scale) for serial in sorted(serials)
    ]
    last_day = span(period)[1]
    there = [
        school
        for school in schools
        if described_on(school, last_day).oktmo == org.oktmo and school.owes(term("S5", period))
    ]
    return there[centers.index(org.serial) :: len(centers)]


def _field_of_study(code: str, spo_9: int, spo_11: int, university: int) -> Row:
    return {
        "row_code": code,
        "to_spo_grade_9": spo_9,
        "to_spo_grade_11": spo_11,
        "to_university_grade_11": university,
        "intend_total": spo_9 + spo_11 + university,
    }
