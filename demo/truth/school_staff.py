"""What a school would report in S4: staff who do career guidance and their training, by half-year."""

from demo.periods import school_year
from demo.seeding import part
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

COUNTS = ("staff", "engaged", "need_training", "trained_half_year", "trained_3_years", "attended_events")
# position → (pupils of grades 6–11 per person, most of them, share engaged in guidance)
POSITIONS = {
    "manager": (150, 6, 0.5),
    "teacher": (11, 90, 0.25),
    "psychologist": (300, 2, 0.9),
    "social": (350, 2, 0.7),
    "organiser": (350, 2, 0.6),
    "additional": (200, 5, 0.3),
    "librarian": (400, 1, 0.6),
    "tutor": (600, 1, 0.8),
    "educator": (900, 1, 0.2),
}
TOPICS = {"gifted": 0.35, "low_motivation": 0.3, "ovz": 0.45}
HOURS_OF_COURSE = (16, 36, 72)


@form_truth("S4")
def staff(world: World, period: str) -> Sections:
    """Staff by position, training by topic, consultations received."""
    rng = world.stream("S4", period)
    year = world.years[school_year(period)]
    pupils, zeal = year.contingent.students(6, 7, 8, 9, 10, 11), year.zeal
    rows: list[Row] = []
    totals = dict.fromkeys(COUNTS, 0)
    for position, (pupils_per_person, most, share) in POSITIONS.items():
        least = {"manager": 1, "teacher": 3}.get(position, 0)
        there = min(most, max(least, pupils // pupils_per_person))
        engaged = part(rng, there, share)
        trained = part(rng, engaged, 0.3 + 0.5 * zeal)
        counts = {
            "staff": there,
            "engaged": engaged,
            "need_training": part(rng, there, 0.35 - 0.2 * zeal),
            "trained_half_year": part(rng, trained, 0.2),
            "trained_3_years": trained,
            "attended_events": part(rng, there, 0.3 * zeal),
        }
        rows.append({"row_code": position, **counts})
        totals = {name: totals[name] + counts[name] for name in COUNTS}
    rows.append({"row_code": "total", **totals})
    managers = int(str(rows[0]["staff"]))
    experience = world.stream("experience").randrange(25)
    card: Row = {
        "responsible_rate": rng.choice((0, 0.25, 0.5, 0.5, 1)),
        "responsible_experience_years": experience,
        "training_hours": totals["trained_half_year"] * rng.choice(HOURS_OF_COURSE),
        "consultations_individual": rng.randrange(8),
        "consultations_group": rng.randrange(4),
        "consulted_teachers": part(rng, totals["staff"] - managers, 0.1),
        "consulted_managers": part(rng, managers, 0.3),
    }
    return {"card": [card], "by_position": rows, "by_topic": _topics(world, period, totals)}


def _topics(world: World, period: str, totals: dict[str, int]) -> list[Row]:
    """A person may be trained in several topics: the last row counts each once."""
    rng = world.stream("S4 topics", period)
    trained = {topic: part(rng, totals["trained_3_years"], share) for topic, share in TOPICS.items()}
    lately = {topic: part(rng, number, 0.2) for topic, number in trained.items()}
    need = {topic: part(rng, totals["need_training"], 0.5) for topic in TOPICS}
    rows: list[Row] = [
        {
            "row_code": topic,
            "need_training": need[topic],
            "trained_half_year": lately[topic],
            "trained_3_years": trained[topic],
        }
        for topic in TOPICS
    ]
    each_once: Row = {"row_code": "unique"}
    for name, numbers, most in (
        ("need_training", need, totals["staff"]),
        ("trained_half_year", lately, totals["engaged"]),
        ("trained_3_years", trained, totals["engaged"]),
    ):
        least, together = max(numbers.values()), min(most, sum(numbers.values()))
        each_once[name] = (least + together) // 2
    return [*rows, each_once]
