"""What a school would report in S10: its model of guidance, surveys, areas that graduates mean to enter."""

from datetime import date, timedelta

from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

MODELS = ("in_school", "network", "enterprise_based", "education_based", "mixed")
# kind of survey → (group asked, share of the asked group that is satisfied, None where it is not asked)
SURVEYS = {
    "model": ("teachers", None),
    "effectiveness": ("students", None),
    "satisfaction": ("parents", 0.8),
    "readiness": ("students", None),
}
# area of education → weights after grade 9 and after grade 11
AREAS = {
    "math_science": (0.0, 0.08),
    "engineering": (0.45, 0.28),
    "health": (0.12, 0.14),
    "agriculture": (0.08, 0.04),
    "society": (0.13, 0.22),
    "education": (0.09, 0.1),
    "humanities": (0.02, 0.07),
    "arts": (0.09, 0.04),
    "defence": (0.02, 0.03),
}


@form_truth("S10")
def surveys(world: World, period: str) -> Sections:
    """The chosen model, the surveys of the year in the order of their dates, areas of education."""
    rng = world.stream("S10", period)
    year = world.years[period]
    first = int(period[:4])
    model = rng.choice(MODELS) if rng.random() < 0.4 + 0.6 * year.zeal else "none"
    updated = None if model == "none" else date(first - rng.randrange(3), 8, rng.randint(20, 31))
    pupils = year.contingent.students(6, 7, 8, 9, 10, 11)
    asked_of = {"students": pupils, "parents": pupils, "teachers": max(3, pupils // 11)}
    held: list[Row] = []
    for kind, (group, satisfied) in SURVEYS.items():
        if rng.random() > 0.35 + 0.6 * year.zeal:
            continue
        invited = max(1, part(rng, asked_of[group], 0.8))
        answered = max((invited + 1) // 2, part(rng, invited, 0.75))
        held.append(
            {
                "held_on": date(first, 10, 1) + timedelta(days=rng.randrange(225)),
                "survey_kind": kind,
                "level": rng.choice(("school", "school", "municipal", "regional")),
                "respondent_group": group,
                "invited": invited,
                "respondents": answered,
                "satisfied": None if satisfied is None else part(rng, answered, satisfied),
                "mean_score": None if satisfied is not None else round(rng.uniform(3, 4.8), 1),
            }
        )
    held.sort(key=lambda row: (str(row["held_on"]), str(row["survey_kind"])))
    card: Row = {"guidance_model": model, "model_updated_on": updated}
    return {"card": [card], "surveys": held, "by_area": _areas(world, period)}


def _areas(world: World, period: str) -> list[Row]:
    """Areas of those who, by S5, mean to study after school."""
    rng = world.stream("S10 areas", period)
    meant = world.form("S5", period)
    after_9 = int(str(meant.row("by_grade", "9")["to_spo"]))
    eleven = meant.row("by_grade", "11")
    after_11 = int(str(eleven["to_spo"])) + int(str(eleven["to_university"]))
    nine = split(rng, after_9, [weights[0] for weights in AREAS.values()])
    last = split(rng, after_11, [weights[1] for weights in AREAS.values()])
    rows: list[Row] = [
        {"row_code": area, "grade_9": first, "grade_11": second}
        for area, first, second in zip(AREAS, nine, last, strict=True)
    ]
    return [*rows, {"row_code": "total", "grade_9": sum(nine), "grade_11": sum(last)}]
