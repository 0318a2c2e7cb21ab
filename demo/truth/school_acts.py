"""What a school of Chelyabinsk would report in S13: its plan, its local acts, its educational programme."""

from datetime import date, timedelta

from demo.truth.world import Sections, World, form_truth
from demo.values import Row

# kind of act → (measure, title)
ACTS = {
    "order": ("Ч1.1", "О сопровождении профессионального самоопределения"),
    "regulation": ("Ч1.3", "Положение о профориентационной работе"),
    "plan": ("Ч1.4", "План профориентационной работы"),
    "programme": ("Ч1.3", "Программа сопровождения самоопределения"),
}
CATEGORIES = ("gifted", "low_motivation", "ovz")


@form_truth("S13")
def acts(world: World, period: str) -> Sections:
    """Acts in force in October; an order there is where the passport says so."""
    rng = world.stream("S13", period)
    zeal = world.years[period].zeal
    first = int(period[:4])
    site = f"https://school{world.org.serial + 900}.example"
    has_plan = rng.random() < 0.55 + 0.45 * zeal
    has_order = bool(world.form("S1", period).card["has_order"])
    rows: list[Row] = []
    for kind, (measure, title) in ACTS.items():
        if has_order if kind == "order" else has_plan if kind == "plan" else rng.random() < zeal:
            years_ago = 0 if kind == "plan" else rng.randrange(4)
            rows.append(
                {
                    "act_kind": kind,
                    "act_no": f"{rng.randint(1, 400)}-од",
                    "adopted_on": date(first - years_ago, 8, 20) + timedelta(days=rng.randrange(30)),
                    "title": title,
                    "measure_code": measure,
                    "act_url": f"{site}/acts" if rng.random() < 0.7 else None,
                }
            )
    programme: list[Row] = []
    for category in CATEGORIES:
        has_strategy = rng.random() < 0.3 + 0.6 * zeal
        updated = date(first - rng.randrange(3), 8, rng.randint(20, 31)) if has_strategy else None
        programme.append(
            {
                "row_code": category,
                "has_strategy": has_strategy,
                "updated_on": updated,
                "programme_url": f"{site}/programme" if has_strategy else None,
            }
        )
    card: Row = {
        "has_plan": has_plan,
        "plan_approved_on": date(first, 8, 25) + timedelta(days=rng.randrange(14)) if has_plan else None,
        "plan_url": f"{site}/plan" if has_plan and rng.random() < 0.8 else None,
        "innovation_site": rng.choices(("none", "municipal", "regional", "federal"), (0.85, 0.1, 0.04, 0.01))[
            0
        ],
    }
    return {"card": [card], "acts": rows, "programme": programme}
