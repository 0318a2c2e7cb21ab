"""What a school would report in S6: where the graduates of the school year really went, beside S5."""

from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

# grade → weights of grade 10, СПО, university, work, army
DESTINATIONS = {"9": [0.43, 0.54, 0.0, 0.03, 0.0], "11": [0.0, 0.22, 0.7, 0.05, 0.03]}
STUDIES = ("to_grade_10", "to_spo", "to_university")


@form_truth("S6")
def destinations(world: World, period: str) -> Sections:
    """Destinations of the graduates that S5 of the same school year counted."""
    rng = world.stream("S6", period)
    zeal = world.years[period].zeal
    rows: list[Row] = []
    for grade, weights in DESTINATIONS.items():
        meant = world.form("S5", period).row("by_grade", grade)
        graduates = int(str(meant["graduates"]))
        not_placed = min(graduates // 10, part(rng, graduates, 0.04 * (1.3 - zeal)))
        ten, spo, university, work, army = split(rng, graduates - not_placed, weights)
        went = dict(zip(STUDIES, (ten, spo, university), strict=True))
        as_meant = sum(min(number, int(str(meant[name]))) for name, number in went.items())
        rows.append(
            {
                "row_code": grade,
                "graduates": graduates,
                **went,
                "continued": ten + spo + university,
                "to_work": work,
                "to_army": army,
                "not_placed": not_placed,
                "to_other_region": part(rng, graduates, 0.04 if grade == "9" else 0.15),
                "entered_as_intended": part(rng, as_meant, 0.6 + 0.35 * zeal, 0.1),
            }
        )
    return {"by_grade": rows}
