"""What a school would report in S9: career-guidance shifts in its holiday camps."""

from datetime import date, timedelta

from demo.seeding import part
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

DIRECTIONS = {
    "craft": "Город мастеров",
    "technology": "Юный техник",
    "information": "Цифровое лето",
    "ecology": "Зелёный патруль",
    "forestry": "Школьное лесничество",
    "other": "Город профессий",
}


@form_truth("S9")
def camps(world: World, period: str) -> Sections:
    """Camps of the school year's holidays: autumn, spring and the summer that ends it."""
    rng, usual = world.stream("S9", period), world.stream("S9", "every year")
    year = world.years[period]
    pupils = year.contingent.students(6, 7, 8, 9)
    # A school either has a camp or has none: as large as in any year.
    if usual.random() > 0.55 + 0.4 * world.org.zeal or pupils < 8:
        return {"card": [{"camp_count": 0, "camp_children": 0}], "shifts": []}
    children = max(5, part(rng, pupils, usual.uniform(0.35, 0.6), 0.15))
    ends = int(period[5:])
    openings = [
        (date(ends - 1, 10, 27), 5),
        (date(ends, 3, 24), 5),
        (date(ends, 6, 2), 15),
        (date(ends, 7, 1), 15),
    ]
    number = part(rng, len(openings), 0.3 + 0.4 * year.zeal)
    shifts: list[Row] = []
    for opening, days in sorted(rng.sample(openings, number)):
        direction = rng.choice(sorted(DIRECTIONS))
        there = max(1, part(rng, children, 0.5))
        ovz = part(rng, there, 0.06)
        shifts.append(
            {
                "title": f"{DIRECTIONS[direction]}, смена {len(shifts) + 1}",
                "direction": direction,
                "starts_on": opening,
                "ends_on": opening + timedelta(days=days + 2 * (days // 5) - 3),
                "days": days,
                "children": there,
                "children_ovz": ovz,
                "children_disabled": part(rng, there - ovz, 0.01),
                "has_contest_programme": rng.random() < 0.2,
                "has_employer": rng.random() < 0.35,
            }
        )
    return {"card": [{"camp_count": rng.randint(1, 3), "camp_children": children}], "shifts": shifts}
