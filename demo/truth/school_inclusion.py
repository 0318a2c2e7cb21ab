"""What a school would report in S7: pupils with ОВЗ or a disability in guidance, and their plans."""

from demo.seeding import part
from demo.truth.contingent import GRADES
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

COUNTS = (
    "students_ovz",
    "disabled_outside_ovz",
    "included_ovz",
    "included_disabled",
    "trial_ovz",
    "trial_disabled",
)
PLANS = ("with_plan", "plan_carried_out", "entered_by_plan")
# kind of activity → share of those included who took part in it
KINDS = {"excursion": 0.5, "contest": 0.3, "abilympics": 0.08, "shift": 0.1, "other": 0.6}
WITH_WINNERS = ("contest", "abilympics")


@form_truth("S7")
def inclusion(world: World, period: str) -> Sections:
    """Inclusion by grade and by kind of activity, plans of grades 8–11."""
    rng = world.stream("S7", period)
    year = world.years[period]
    included = 0.5 + 0.45 * year.zeal
    by_grade: list[Row] = []
    plans: list[Row] = []
    for grade in GRADES:
        pupils = year.contingent.by_grade[grade]
        ovz, disabled = pupils["students_ovz"], pupils["disabled_outside_ovz"]
        included_ovz, included_disabled = part(rng, ovz, included), part(rng, disabled, included)
        tried = 0.6 if grade >= 8 else 0.15
        by_grade.append(
            {
                "row_code": str(grade),
                "students_ovz": ovz,
                "disabled_outside_ovz": disabled,
                "included_ovz": included_ovz,
                "included_disabled": included_disabled,
                "trial_ovz": part(rng, included_ovz, tried),
                "trial_disabled": part(rng, included_disabled, tried),
            }
        )
        if grade >= 8:
            with_plan = part(rng, ovz, 0.35 + 0.55 * year.zeal)
            plans.append(
                {
                    "row_code": str(grade),
                    "with_plan": with_plan,
                    "plan_carried_out": part(rng, with_plan, 0.8),
                    "entered_by_plan": part(rng, ovz, 0.6) if grade in (9, 11) else 0,
                }
            )
    by_grade.append({"row_code": "total", **_sums(by_grade, COUNTS)})
    plans.append({"row_code": "total", **_sums(plans, PLANS)})
    recommendations = part(rng, 6, 0.4 * year.zeal)
    total = {name: int(str(by_grade[-1][name])) for name in COUNTS}
    by_kind: list[Row] = [
        {
            "row_code": "trial",
            "participants_ovz": total["trial_ovz"],
            "participants_disabled": total["trial_disabled"],
            "winners": 0,
        }
    ]
    for kind, share in KINDS.items():
        ovz = part(rng, total["included_ovz"], share)
        disabled = part(rng, total["included_disabled"], share)
        by_kind.append(
            {
                "row_code": kind,
                "participants_ovz": ovz,
                "participants_disabled": disabled,
                "winners": part(rng, ovz + disabled, 0.15) if kind in WITH_WINNERS else 0,
            }
        )
    card: Row = {"recommendations_count": recommendations}
    return {"card": [card], "by_grade": by_grade, "by_kind": by_kind, "plans": plans}


def _sums(rows: list[Row], names: tuple[str, ...]) -> dict[str, int]:
    return {name: sum(int(str(row[name])) for row in rows) for name in names}
