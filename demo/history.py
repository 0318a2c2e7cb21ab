"""What happened to a few schools of each region: one was renamed, one moved to another municipality, one was
merged into its neighbour, one was closed. The registry has a second version for it."""

from dataclasses import replace
from datetime import date

from demo import identity
from demo.facts import Place, places
from demo.organisations import Organisation

# The first day of the second version of the registry.
CHANGED_ON = date(2025, 9, 1)
# Serial numbers of the schools; a smaller demo has no history.
RENAMED, MOVED, MERGED, SUCCESSOR, CLOSED = 2, 3, 4, 5, 6
SCHOOLS_NEEDED = 7
MERGED_UNTIL, CLOSED_UNTIL = date(2025, 8, 31), date(2025, 12, 31)


def with_history(org: Organisation, schools: int) -> Organisation:
    """The organisation with what happened to it; `schools`: how many there are in its region."""
    if org.kind != "school" or schools < SCHOOLS_NEEDED:
        return org
    match org.serial:
        case n if n == RENAMED:
            return replace(org, renamed_to=_renamed(org))
        case n if n == MOVED:
            place = _elsewhere(org)
            return replace(org, moved_to=(place.oktmo, place.territory_oktmo))
        case n if n == MERGED:
            successor = identity.ogrn(org.region_code, "school", SUCCESSOR + 1)
            return replace(org, closed_on=MERGED_UNTIL, successor_ogrn=successor)
        case n if n == CLOSED:
            return replace(org, closed_on=CLOSED_UNTIL)
    return org


def described_on(org: Organisation, day: date) -> Organisation:
    """The organisation as the registry describes it on a day."""
    if day < CHANGED_ON:
        return replace(org, closed_on=None, successor_ogrn=None)
    full, short = org.renamed_to or (org.name_full, org.name_short)
    oktmo, territory = org.moved_to or (org.oktmo, org.territory_oktmo)
    return replace(org, name_full=full, name_short=short, oktmo=oktmo, territory_oktmo=territory)


def _renamed(org: Organisation) -> tuple[str, str]:
    """A school is named after somebody: the number stays."""
    return (
        f"{org.name_full.removesuffix('»')} имени первого директора»",
        f"{org.name_short} им. первого директора",
    )


def _elsewhere(org: Organisation) -> Place:
    """The first place of the region's plan in another municipality."""
    return next(place for place in places(org.region_code) if place.oktmo != org.oktmo)
