"""Who sends what and when: punctual, late, corrected, faulty and silent, drawn for each thing owed."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from random import Random

from demo.faults import FaultKind, fitting, rarity
from demo.organisations import Organisation, count
from demo.periods import Term, span
from demo.plan import DemoPlan
from demo.seeding import stream
from demo.values import FormValues
from ingest.forms.catalogue import contract as contract_in_force

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
    contract = contract_in_force(term.form_code, span(term.period_code)[0])
    kinds = [
        kind
        for kind in fitting(contract)
        if (kind.severity == "warning") is warning and kind.is_possible(contract, values, others)
    ]
    # A kind that few forms can have is drawn more often there, so that the standard demo has every kind.
    return rng.choices(kinds, [rarity(kind.fault_id) for kind in kinds])[0] if kinds else None


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
