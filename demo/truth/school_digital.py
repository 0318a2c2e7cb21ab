"""What a school would report in S8: portfolios and users by grade, materials, library, publications."""

from demo.periods import school_year
from demo.seeding import part
from demo.truth.contingent import GRADES
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

COUNTS = ("portfolios", "portfolios_updated", "resource_users", "ticket_registered", "ticket_diagnosed")
# How much of a school year is reached by the end of each half-year, in percent.
REACHED = {"2": 55, "1": 100}
# Portfolios are begun in autumn.
PORTFOLIOS = {"2": 80, "1": 100}


@form_truth("S8")
def digital(world: World, period: str) -> Sections:
    """Users since 1 September, everything else of the half-year."""
    rng = world.stream("S8", period)
    year = school_year(period)
    zeal = world.years[year].zeal
    of_year: dict[int, dict[str, int]] = world.once(("digital", year), lambda: _grades(world, year))
    rows: list[Row] = []
    for grade, counts in of_year.items():
        reached = {name: counts[name] * REACHED[period[6]] // 100 for name in COUNTS}
        reached["portfolios"] = counts["portfolios"] * PORTFOLIOS[period[6]] // 100
        rows.append({"row_code": str(grade), "students": counts["students"], **reached})
    names = ("students", *COUNTS)
    rows.append({"row_code": "total", **{name: sum(int(str(row[name])) for row in rows) for name in names}})
    submitted = part(rng, 12, 0.5 * zeal)
    accepted = part(rng, submitted, 0.7)
    published = world.stream("published").randrange(1, 9) + accepted
    shows = part(rng, 14, 0.6 * zeal)
    has_center = world.stream("library").random() < 0.3 + 0.5 * zeal
    card: Row = {
        "materials_submitted": submitted,
        "materials_accepted": accepted,
        "materials_rejected": part(rng, submitted - accepted, 0.5),
        "materials_published": published,
        "material_views": published * rng.randrange(10, 90),
        "materials_used": part(rng, 60, 0.6 * zeal),
        "resource_teachers": part(rng, 20, 0.6 * zeal),
        "has_library_center": has_center,
        "elibrary_connections": rng.randrange(1, 3) if has_center else 0,
        "library_events": part(rng, 8, 0.5 * zeal),
        "library_practices": part(rng, 3, 0.3 * zeal),
        "tour_shows": shows,
        "tour_viewers": shows * rng.randrange(12, 28),
    }
    publications: list[Row] = []
    for channel, most, views in (("media", 4, None), ("social", 60, 90), ("site", 25, 30)):
        number = part(rng, most, 0.3 + 0.4 * zeal)
        seen = None if views is None else number * rng.randrange(views // 2, views * 2)
        publications.append({"row_code": channel, "publication_count": number, "view_count": seen})
    return {"card": [card], "by_grade": rows, "publications": publications}


def _grades(world: World, year: str) -> dict[int, dict[str, int]]:
    """Counts of the whole school year by grade; grade 5 is about as large as grade 6."""
    rng = world.stream("S8", year)
    contingent, zeal = world.years[year].contingent, world.years[year].zeal
    counts = {}
    for grade in (5, *GRADES):
        students = (
            contingent.students(grade) if grade > 5 else part(rng, 2 * contingent.students(6), 0.5, 0.2)
        )
        portfolios = part(rng, students, 0.35 + 0.5 * zeal)
        registered = part(rng, students, 0.7 * zeal) if grade > 5 else 0
        counts[grade] = {
            "students": students,
            "portfolios": portfolios,
            "portfolios_updated": part(rng, portfolios, 0.7),
            "resource_users": part(rng, students, 0.6 * zeal),
            "ticket_registered": registered,
            "ticket_diagnosed": part(rng, registered, 0.7),
        }
    return counts
