"""What a municipal education authority would report in M1: what it did itself in the half-year."""

from datetime import timedelta
from random import Random

from demo.periods import span
from demo.seeding import part
from demo.truth.world import Sections, World, form_truth
from demo.values import Row

ACTS = (
    ("guidance_order", "О сопровождении профессионального самоопределения обучающихся"),
    ("sites_order", "О муниципальных инновационных площадках"),
    ("group_order", "О муниципальной рабочей группе"),
    ("plan", "План профориентационной работы"),
)


@form_truth("M1")
def municipal_report(world: World, period: str) -> Sections:
    """Acts, groups, sites, seminars, contests and training; some of it in Chelyabinsk only."""
    rng = world.stream("M1", period)
    training = [_training(rng, topic) for topic in ("gifted", "low_motivation", "ovz")]
    return {
        "card": [_card(rng, world, period, training)],
        "acts": _acts(rng, period),
        "groups": [_groups(rng, kind) for kind in ("working", "project")],
        "sites": [_sites(rng, level) for level in ("municipal", "regional")],
        "events": [_events(world, rng, kind) for kind in ("seminar", "meeting", "parent_meeting")],
        "contests": [_contest(rng, kind) for kind in ("methodical", "shift_programmes", "practice_bank")],
        "training": training,
    }


def _card(rng: Random, world: World, period: str, training: list[Row]) -> Row:
    _, last = span(period)
    trained = sum(count for row in training if isinstance(count := row["trained"], int))
    has_note = rng.random() < 0.7
    applied = rng.random() < 0.5
    card: Row = {
        "trained_unique": part(rng, trained, 0.85, 0.1),
        "recommendations_ovz": rng.randint(0, 4),
        "analytic_note_on": last - timedelta(days=rng.randint(0, 60)) if has_note else None,
        "analytic_note_url": f"https://edu{world.org.serial + 900}.example/note" if has_note else None,
        "recommendations_issued": rng.randint(0, 12) if has_note else 0,
        "applied_to_regional_contest": applied,
        "regional_contest_result": rng.choice(("winner", "prize", "participant", "pending"))
        if applied
        else None,
    }
    return card | (_of_chelyabinsk(rng) if world.org.region_code == "chelyabinsk" else {})


def _of_chelyabinsk(rng: Random) -> Row:
    """The resource «Я в мире профессий» and the guidance centre of the Palace of Pioneers."""
    submitted = rng.randint(0, 30)
    accepted = part(rng, submitted, 0.6)
    individual, group = rng.randint(1, 25), rng.randint(0, 6)
    return {
        "resource_submitted": submitted,
        "resource_accepted": accepted,
        "resource_rejected": part(rng, submitted - accepted, 0.6),
        "resource_published": accepted,
        "resource_views": rng.randint(100, 5000),
        "consultations_individual": individual,
        "consultations_group": group,
        "consulted_teachers": individual + group * rng.randint(4, 9),
        "consulted_heads": rng.randint(0, 8),
    }


def _acts(rng: Random, period: str) -> list[Row]:
    first, last = span(period)
    days = (last - first).days
    rows: list[Row] = []
    for place, (kind, title) in enumerate(rng.sample(ACTS, rng.randint(1, len(ACTS))), start=1):
        rows.append(
            {
                "act_kind": kind,
                "act_number": f"{rng.randrange(100, 900)}-{place}/од",
                "act_date": first + timedelta(days=rng.randint(0, days)),
                "act_title": title,
                "act_url": None,
            }
        )
    return rows


def _groups(rng: Random, kind: str) -> Row:
    groups = rng.randint(0, 3)
    return {
        "row_code": kind,
        "groups_count": groups,
        "members": groups * rng.randint(5, 12),
        "meetings": groups * rng.randint(1, 3),
        "recommendations": rng.randint(0, 2) if groups else 0,
    }


def _sites(rng: Random, level: str) -> Row:
    applications = rng.randint(0, 6)
    selected = part(rng, applications, 0.5)
    return {
        "row_code": level,
        "applications": applications,
        "selected": selected,
        "active": selected + rng.randint(0, 4),
    }


def _events(world: World, rng: Random, kind: str) -> Row:
    """As many people come as in any half-year, give or take a sixth: the same schools send them."""
    usual = world.stream("M1", "events", kind)
    events = usual.randint(1, 4)
    whole = {
        "heads": events * usual.randint(2, 12),
        "teachers": events * usual.randint(0, 20),
        "psychologists": events * usual.randint(0, 5),
        "parents": events * usual.randint(30, 120) if kind == "parent_meeting" else 0,
    }
    came = {name: round(number * rng.uniform(0.84, 1.16)) for name, number in whole.items()}
    return {"row_code": kind, "events_count": events, **came, "participants_total": sum(came.values())}


def _contest(rng: Random, kind: str) -> Row:
    submitted = rng.randint(0, 25)
    accepted = part(rng, submitted, 0.7)
    return {
        "row_code": kind,
        "schools_count": part(rng, submitted, 0.8),
        "works_submitted": submitted,
        "works_accepted": accepted,
        "winners": 0 if kind == "practice_bank" else part(rng, accepted, 0.3),
        "works_replicated": part(rng, accepted, 0.3),
    }


def _training(rng: Random, topic: str) -> Row:
    courses = rng.randint(0, 3)
    return {
        "row_code": topic,
        "courses_count": courses,
        "hours": courses * rng.choice((18, 36, 72)),
        "trained": courses * rng.randint(8, 25),
    }
