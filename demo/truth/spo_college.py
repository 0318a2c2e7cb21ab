"""What a college would report in P2: trials held for pupils of schools that exist in the registry."""

from random import Random

from demo.truth.trials import Trial, schools_of, trials_of_month
from demo.truth.world import Sections, World, first_guess_of, form_truth
from demo.values import FormValues, Row


@form_truth("P2")
def trials(world: World, period: str) -> Sections:
    """Trials of the month; a month without trials is a form without rows."""
    held = [
        trial
        for school in schools_of(world)
        for trial in trials_of_month(world, world.world_of(school), period)
    ]
    rows = [_row(trial) for trial in sorted(held, key=lambda trial: (trial.day, trial.school_ogrn))]
    planned = len(rows) + world.stream("P2", period).choice((0, 0, 0, 1, 2))
    return {"card": [{"trials_planned": planned}], "trials": rows}


def _row(trial: Trial) -> Row:
    return {
        "trial_date": trial.day,
        "trial_title": trial.title,
        "specialty_code": trial.specialty_code,
        "school_ogrn": trial.school_ogrn,
        "grade": trial.grade,
        "participants": trial.participants,
        "participants_ovz": trial.participants_ovz,
        "employer_involved": trial.has_employer,
        "duration_hours": trial.duration_hours,
    }


@first_guess_of("P2")
def _guess_trials(values: FormValues, rng: Random) -> None:
    for row in values.rows("trials"):
        row["employer_involved"] = not row["employer_involved"]
