"""What an employment centre would report of its work with parents and specialists, tools and publicity."""

from datetime import timedelta
from random import Random

from demo.periods import school_year, span
from demo.seeding import part, split
from demo.truth.world import Sections, World, form_truth
from demo.values import Row


@form_truth("C4")
def specialists(world: World, period: str) -> Sections:
    """The club, the consultation point and the seminars of the half-year."""
    rng = world.stream("C4", period)
    sizes = {"club": (2, 5), "consultation_point": (3, 15), "seminar": (1, 4)}
    activities: list[Row] = []
    for form, (low, high) in sizes.items():
        sessions = rng.randint(low, high)
        people = sessions if form == "consultation_point" else rng.randint(6, 35)
        school, college, center, other = split(rng, people, [0.6, 0.15, 0.15, 0.1])
        activities.append(
            {
                "row_code": form,
                "sessions_count": sessions,
                "participations": people + rng.randint(0, people),
                "specialists_school": school,
                "specialists_college": college,
                "specialists_center": center,
                "specialists_other": other,
                "specialists_total": people,
                "organisations_count": max(1, part(rng, people, 0.5)),
            }
        )
    staff = rng.randint(3, 12) if world.org.is_urban else rng.randint(1, 3)
    seen = sum(count for row in activities if isinstance(count := row["specialists_total"], int))
    card: Row = {
        "staff_count": staff,
        "staff_trained": part(rng, staff, 0.6),
        "specialists_unique": max(1, part(rng, seen, 0.8, 0.1)),
    }
    return {"card": [card], "activities": activities}


@form_truth("C6")
def parents(world: World, period: str) -> Sections:
    """Meetings and consultations of the quarter; unique parents since September."""
    year = int(school_year(period)[:4])
    unique = 0
    for quarter in (f"{year}-Q3", f"{year}-Q4", f"{year + 1}-Q1", f"{year + 1}-Q2"):
        unique += part(world.stream("C6", quarter, "unique"), _parents(_meetings(world, quarter)), 0.7)
        if quarter == period:
            break
    rng = world.stream("C6", period, "consultations")
    individual, group, calls = rng.randint(5, 60), rng.randint(1, 8), rng.randint(0, 30)
    consultations = [
        _consultation(rng, "individual", individual, individual),
        _consultation(rng, "group", group, group * rng.randint(6, 20)),
        _consultation(rng, "hotline", calls, part(rng, calls, 0.4)),
    ]
    return {
        "card": [{"parents_unique": unique}],
        "meetings": _meetings(world, period),
        "consultations": consultations,
    }


def _meetings(world: World, period: str) -> list[Row]:
    rng = world.stream("C6", period)
    rows: list[Row] = []
    for kind, most, least_parents in (("school", 6, 15), ("municipal", 2, 30), ("intensive", 1, 8)):
        events = rng.randint(0, most)
        present = sum(rng.randint(least_parents, 3 * least_parents) for _ in range(events))
        rows.append(
            {
                "row_code": kind,
                "events_count": events,
                "schools_count": rng.randint(1, events + 3) if events else 0,
                "parents": present,
                "parents_remote": part(rng, present, 0.2),
            }
        )
    return rows


def _parents(rows: list[Row]) -> int:
    return sum(count for row in rows if isinstance(count := row["parents"], int))


def _consultation(rng: Random, form: str, held: int, pupils: int) -> Row:
    present = part(rng, held, 0.4)
    return {
        "row_code": form,
        "consultations_count": held,
        "pupils": pupils,
        "parents": present,
        "recipients_total": pupils + present,
        "recipients_ovz": part(rng, pupils, 0.06),
    }


@form_truth("C7")
def tools(world: World, period: str) -> Sections:
    """Tools on 31 March, what was bought in the year before, methods given to the catalogue."""
    rng = world.stream("C7", period)
    has_mobile = world.stream("mobile centre").random() < 0.4
    rows: list[Row] = []
    for kind, most in (("complexes", 6), ("licences", 20), ("equipment", 10), ("kits", 30)):
        available = rng.randint(1, most)
        acquired = part(rng, available, 0.15)
        rows.append(
            {
                "row_code": kind,
                "available": available,
                "acquired": acquired,
                "on_mobile": part(rng, available, 0.25) if has_mobile else 0,
                "acquired_thousand_rub": round(sum(rng.uniform(4, 80) for _ in range(acquired)), 1),
            }
        )
    total: Row = {"row_code": "total"}
    for name in ("available", "acquired", "on_mobile"):
        total[name] = sum(count for row in rows if isinstance(count := row[name], int))
    spent = [cost for row in rows if isinstance(cost := row["acquired_thousand_rub"], int | float)]
    total["acquired_thousand_rub"] = round(sum(spent), 1)
    submitted = rng.randint(0, 4)
    card: Row = {
        "mobile_centers_count": 1 if has_mobile else 0,
        "diagnosed_count": rng.randint(20, 600),
        "practices_submitted": submitted,
        "practices_included": part(rng, submitted, 0.5),
    }
    return {"card": [card], "tools": [*rows, total]}


@form_truth("C9")
def publicity(world: World, period: str) -> Sections:
    """Publications, leaflets and shows of the quarter."""
    rng = world.stream("C9", period)
    _, last = span(period)
    channels: list[Row] = []
    for channel, most, counts_views in (
        ("site", 20, True),
        ("social", 60, True),
        ("press", 3, False),
        ("tv_radio", 2, False),
        ("other", 1, False),
    ):
        published = rng.randint(1, most) if counts_views else rng.randint(0, most)
        views = published * rng.randint(20, 400) if counts_views else None
        channels.append({"row_code": channel, "publications": published, "views": views})
    shows: list[Row] = []
    for kind in ("tours_3d", "video_modules", "profession_calendar"):
        held = rng.randint(0, 9)
        viewers = held * rng.randint(8, 30)
        shows.append(
            {
                "row_code": kind,
                "shows_count": held,
                "viewers": viewers,
                "viewers_pupils": part(rng, viewers, 0.9, 0.1),
            }
        )
    titles = rng.randint(1, 8)
    card: Row = {
        "site_url": f"https://czn{world.org.serial + 900}.example",
        "site_updated_on": last - timedelta(days=rng.randint(0, 60)),
        "site_visits": rng.randint(100, 9000),
        "navigator_materials": rng.randint(0, 6),
        "leaflet_titles": titles,
        "leaflet_copies": titles * rng.randint(20, 200),
    }
    return {"card": [card], "channels": channels, "shows": shows}
