"""What an employment centre would report in C1: recipients since January, against the year's plan."""

from demo.organisations import Organisation
from demo.periods import CENTER_MONTHS
from demo.seeding import part, stream
from demo.truth.school import requisites
from demo.values import FormValues, Row

FIGURES = (
    "service_fact_cumulative",
    "service_age_14_17",
    "service_disabled",
    "service_individual",
    "service_group",
)
SEASON = {
    1: 0.05,
    2: 0.09,
    3: 0.11,
    4: 0.11,
    5: 0.09,
    6: 0.07,
    7: 0.05,
    8: 0.05,
    9: 0.09,
    10: 0.11,
    11: 0.10,
    12: 0.08,
}


def center_truth(seed: int, org: Organisation) -> list[FormValues]:
    """One C1 per month, from zero in January; figures before the first month are drawn, not reported."""
    rng = stream(seed, "truth", org.ogrn)
    plan = rng.randrange(900, 4200, 50) if org.is_urban else rng.randrange(120, 700, 10)
    forms = []
    for year in (2024, 2025, 2026):
        achievement = rng.gauss(0.9 + 0.16 * org.zeal, 0.07)
        row = dict.fromkeys(FIGURES, 0)
        for month in range(1, 13):
            recipients = part(rng, plan * 2, SEASON[month] * achievement / 2, 0.25)
            individual = part(rng, recipients, 0.35, 0.2)
            row = {
                "service_fact_cumulative": row["service_fact_cumulative"] + recipients,
                "service_age_14_17": row["service_age_14_17"] + part(rng, recipients, 0.48, 0.2),
                "service_disabled": row["service_disabled"] + part(rng, recipients, 0.04),
                "service_individual": row["service_individual"] + individual,
                "service_group": row["service_group"] + recipients - individual,
            }
            period = f"{year}-{month:02d}"
            if period in CENTER_MONTHS:
                card: Row = {**requisites(org, period), "service_plan_year": plan, **row}
                forms.append(FormValues("C1", period, {"card": [card]}))
        plan = round(plan * rng.uniform(0.97, 1.08) / 10) * 10
    return forms
