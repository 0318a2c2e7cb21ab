"""Who sends what and when: punctual, late, corrected, faulty and silent, drawn for each thing owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from demo.faults import CATALOGUE, FaultKind
from demo.organisations import Organisation, count
from demo.periods import Term
from demo.plan import DemoPlan
from demo.seeding import stream
from demo.values import FormValues

REGION_TIME = timezone(timedelta(hours=5))  # Asia/Yekaterinburg since 2014, no summer time
LAST_ARRIVAL = datetime(2026, 7, 19, 20, 0, tzinfo=REGION_TIME)  # the demo's today is 20 July 2026
LATE_SHARE = 0.09
MISSING_SHARE = 0.035
CORRECTED_SHARE = 0.03
WARNED_SHARE = 0.03


@dataclass(frozen=True)
class Delivery:
    """One file that arrives: in which revision, when, and what is wrong with it."""

    term: Term
    revision: int
    received_at: datetime
    fault: FaultKind | None
    is_first_guess: bool


def deliveries(plan: DemoPlan, org: Organisation, term: Term, values: FormValues) -> list[Delivery]:
    """What arrives for one thing owed, in order of arrival; empty for the silent."""
    rng = stream(plan.seed, "deliveries", org.ogrn, term.form_code, term.period_code)
    silence = MISSING_SHARE * (2.2 - 1.8 * org.zeal)
    draw = rng.random()
    if draw < silence:
        return []
    draw = rng.random()
    others = count(org.kind, org.region_code, plan.scale)
    steps: list[tuple[FaultKind | None, bool]]
    if draw < plan.fault_rate:
        steps = _faulty(rng, term, values, others)
    elif draw < plan.fault_rate + CORRECTED_SHARE:
        steps = [(None, True), (None, False)]
    elif draw < plan.fault_rate + CORRECTED_SHARE + WARNED_SHARE:
        steps = [(_kind(rng, term, values, others, warning=True), False)]
    else:
        steps = [(None, False)]
    moments = _moments(rng, org, term, len(steps))
    return [
        Delivery(term, number, moment, fault, guess)
        for number, (moment, (fault, guess)) in enumerate(zip(moments, steps, strict=True), 1)
    ]


def _faulty(rng: Random, term: Term, values: FormValues, others: int) -> list[tuple[FaultKind | None, bool]]:
    def broken() -> tuple[FaultKind | None, bool]:
        return _kind(rng, term, values, others, warning=False), False

    match rng.choices(("fixed", "fixed_late", "never", "spoilt"), (0.52, 0.14, 0.2, 0.14))[0]:
        case "fixed":
            return [broken(), (None, False)]
        case "fixed_late":
            return [broken(), broken(), (None, False)]
        case "never":
            return [broken()]
        case _:  # an accepted revision is not displaced by a refused one
            return [(None, False), broken()]


def _kind(rng: Random, term: Term, values: FormValues, others: int, *, warning: bool) -> FaultKind | None:
    kinds = [
        kind
        for kind in CATALOGUE.values()
        if term.form_code in kind.forms
        and (kind.severity == "warning") is warning
        and kind.is_possible(values, others)
    ]
    # A kind that few forms can have is drawn more often there, so that the standard demo has every kind.
    return rng.choices(kinds, [1 / len(kind.forms) for kind in kinds])[0] if kinds else None


def _moments(rng: Random, org: Organisation, term: Term, number: int) -> list[datetime]:
    window = (term.due_on - term.opens_on).days
    if rng.random() < LATE_SHARE * (1.8 - 1.2 * org.zeal):
        day = term.due_on + timedelta(days=rng.choice((1, 1, 2, 3, 4, 6, 9, 14, 20)))
    else:
        day = term.due_on - timedelta(days=min(window, int(rng.expovariate(1 / 4))))
    moments = [_moment(rng, day)]
    for _ in range(number - 1):
        moments.append(moments[-1] + timedelta(days=rng.randint(1, 6), minutes=rng.randint(-200, 200)))
    excess = max(timedelta(0), moments[-1] - LAST_ARRIVAL)
    return [moment - excess for moment in moments]


def _moment(rng: Random, day: date) -> datetime:
    """A second of the day; now and then near midnight, where the day depends on the time zone."""
    hour = rng.choice((0, 1, 4, 23)) if rng.random() < 0.06 else rng.randint(8, 18)
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), REGION_TIME)


def first_guess(values: FormValues, rng: Random) -> FormValues:
    """What was sent before the correction: proper in form, but the figures were still wrong."""
    guess = values.copy()
    change: dict[str, Callable[[FormValues, Random], None]] = {
        "S1": _guess_passport,
        "S3": _guess_events,
        "S5": _guess_intentions,
        "C1": _guess_service,
        "P2": _guess_trials,
    }
    change[values.form_code](guess, rng)
    return guess


def _int(value: object) -> int:
    return int(str(value))


def _guess_passport(values: FormValues, rng: Random) -> None:
    values.card["profminimum_hours_actual"] = max(
        0, _int(values.card["profminimum_hours_actual"]) - rng.randint(1, 9)
    )
    values.card["has_order"] = not values.card["has_order"]


def _guess_events(values: FormValues, rng: Random) -> None:
    for row in values.rows("events"):
        row["has_employer"] = False
    row = values.row("coverage", "open_lesson")
    if _int(row["unique_8_9"]) > 1 and _int(row["unique_total"]) > _int(row["unique_ovz"]):
        row["unique_8_9"] = _int(row["unique_8_9"]) - 1
        row["unique_total"] = _int(row["unique_total"]) - 1


def _guess_intentions(values: FormValues, rng: Random) -> None:
    row = values.row("by_grade", "9")
    moved = _int(row["to_spo"]) // 3
    row["to_spo"] = _int(row["to_spo"]) - moved
    row["undecided"] = _int(row["undecided"]) + moved


def _guess_service(values: FormValues, rng: Random) -> None:
    values.card["service_age_14_17"] = max(0, _int(values.card["service_age_14_17"]) - rng.randint(1, 5))


def _guess_trials(values: FormValues, rng: Random) -> None:
    for row in values.rows("trials"):
        row["has_employer"] = not row["has_employer"]
