"""The registry of the demo: who exists, drawn one at a time and never held together in memory."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from demo import identity
from demo.facts import Place, places
from demo.periods import Term, span
from demo.seeding import stream

FIRST_NUMBER = 900  # no school, college or centre of either region has a number this high
KINDS = ("school", "employment_center", "spo_college", "municipal_authority")
REGISTRY_DATE = date(2024, 8, 15)
OPENED_ON = date(2019, 9, 1)
REGISTRY_COLUMNS = (
    "ogrn",
    "inn",
    "kind",
    "name_full",
    "name_short",
    "oktmo",
    "territory_oktmo",
    "is_urban",
    "has_grade_10_11",
    "folder",
    "valid_from",
    "valid_to",
    "successor_ogrn",
)


@dataclass(frozen=True)
class Organisation:
    """One row of the registry, and the latent size and zeal from which its truth is drawn."""

    region_code: str
    kind: str
    serial: int
    ogrn: str
    inn: str
    name_full: str
    name_short: str
    oktmo: str
    territory_oktmo: str
    is_urban: bool
    has_grade_10_11: bool
    zeal: float
    grade_size: int
    # What happened to it later, see demo/history.py: names and places are the first ones.
    renamed_to: tuple[str, str] | None = None
    moved_to: tuple[str, str] | None = None
    closed_on: date | None = None
    successor_ogrn: str | None = None

    @property
    def folder(self) -> str:
        """Folder of the organisation inside the inbox of its region."""
        return self.ogrn

    def owes(self, term: Term) -> bool:
        """Whether it was there when the form's window opened, or when the period ended if that was before."""
        reference_day = min(term.opens_on, span(term.period_code)[1])
        return self.closed_on is None or reference_day <= self.closed_on


def _allot(kind: str, region_code: str, scale: float) -> tuple[tuple[Place, int], ...]:
    """Organisations of a kind by place at this scale: largest remainders, at least one in all.

    A municipality has one authority, however many schools there are.
    """
    if kind == "municipal_authority":
        scale = min(scale, 1.0)
    plan = [(place, place.counts[kind] * scale) for place in places(region_code)]
    wanted = max(1, round(sum(exact for _, exact in plan)))
    counts = [int(exact) for _, exact in plan]
    by_remainder = sorted(range(len(plan)), key=lambda i: (counts[i] - plan[i][1], i))
    for i in by_remainder[: wanted - sum(counts)]:
        counts[i] += 1
    return tuple((place, count) for (place, _), count in zip(plan, counts, strict=True) if count)


@cache
def _starts(kind: str, region_code: str, scale: float) -> tuple[tuple[int, Place], ...]:
    starts: list[tuple[int, Place]] = []
    total = 0
    for place, count in _allot(kind, region_code, scale):
        starts.append((total, place))
        total += count
    starts.append((total, starts[-1][1]))
    return tuple(starts)


def count(kind: str, region_code: str, scale: float) -> int:
    """Organisations of a kind in a region at a scale; 1.0 is the standard demo."""
    return _starts(kind, region_code, scale)[-1][0]


def serials_in(kind: str, region_code: str, oktmo: str, scale: float) -> list[int]:
    """Serial numbers of the organisations of a kind in one municipality."""
    starts = pairwise(_starts(kind, region_code, scale))
    return [
        serial
        for (first, place), (after_last, _) in starts
        if place.oktmo == oktmo
        for serial in range(first, after_last)
    ]


def organisation(seed: int, region_code: str, kind: str, serial: int, scale: float) -> Organisation:
    """The organisation with this serial number, drawn without drawing the others."""
    from bisect import bisect_right

    starts = _starts(kind, region_code, scale)
    if not 0 <= serial < starts[-1][0]:
        raise ValueError(
            f"the demo has {starts[-1][0]} of {kind} in {region_code}; {serial} is not among them"
        )
    place = starts[bisect_right(starts, serial, key=lambda start: start[0]) - 1][1]
    ogrn = identity.ogrn(region_code, kind, serial + 1)
    rng = stream(seed, "organisation", ogrn)
    is_urban = rng.random() < place.urban_share
    zeal = rng.betavariate(5, 2.2)
    if kind == "school":
        grade_size = (
            round(rng.lognormvariate(4.25, 0.45)) if is_urban else round(rng.lognormvariate(2.5, 0.75))
        )
        grade_size = min(240, max(2, grade_size))
        is_basic = rng.random() < (0.04 if is_urban else 0.34)
        if is_basic and not is_urban and rng.random() < 0.2:
            grade_size = 0  # a school of one pupil here and there: most shares say nothing about it
        full, short = _school_name(rng.random(), FIRST_NUMBER + serial, place, is_urban, is_basic)
    else:
        grade_size, is_basic = 0, True
        full, short = _other_name(kind, FIRST_NUMBER + serial, place)
    org = Organisation(
        region_code,
        kind,
        serial,
        ogrn,
        identity.inn(region_code, kind, serial + 1),
        full,
        short,
        place.oktmo,
        place.territory_oktmo,
        is_urban,
        kind == "school" and not is_basic,
        zeal,
        grade_size,
    )
    from demo.history import with_history

    return with_history(org, count("school", region_code, scale))


def organisations(seed: int, region_code: str, scale: float) -> Iterator[Organisation]:
    """All organisations of a region, schools first."""
    for kind in KINDS:
        for serial in range(count(kind, region_code, scale)):
            yield organisation(seed, region_code, kind, serial, scale)


def _school_name(draw: float, number: int, place: Place, is_urban: bool, is_basic: bool) -> tuple[str, str]:
    owner, owner_short = ("автономное", "МАОУ") if is_urban else ("бюджетное", "МБОУ")
    where = place.name_genitive.replace("г. ", "города ")
    if is_basic:
        kind, kind_short = f"Основная общеобразовательная школа № {number}", f"ООШ № {number}"
    elif draw < 0.08 and is_urban:
        kind, kind_short = f"Гимназия № {number}", f"Гимназия № {number}"
    elif draw < 0.16 and is_urban:
        kind, kind_short = f"Лицей № {number}", f"Лицей № {number}"
    else:
        kind, kind_short = f"Средняя общеобразовательная школа № {number}", f"СОШ № {number}"
    full = f"Муниципальное {owner} общеобразовательное учреждение «{kind} {where}»"
    return full, f"{owner_short} {kind_short} {place.name_genitive}"


def _other_name(kind: str, number: int, place: Place) -> tuple[str, str]:
    where = place.name_genitive.replace("г. ", "города ")
    if kind == "employment_center":
        return f"Областное казённое учреждение «Центр занятости населения № {number} {where}»", (
            f"ОКУ ЦЗН № {number} {place.name_genitive}"
        )
    if kind == "municipal_authority":
        return f"Орган управления образованием № {number} {where}", (f"ОУО № {number} {place.name_genitive}")
    full = (
        f"Государственное бюджетное профессиональное образовательное учреждение «Колледж № {number} {where}»"
    )
    return full, f"ГБПОУ «Колледж № {number} {place.name_genitive}»"


def registry_files(folder: Path, seed: int, region_code: str, scale: float) -> int:
    """Both versions of a region's registry, the first and the later; returns the number of organisations."""
    from demo.history import CHANGED_ON

    for day in (REGISTRY_DATE, CHANGED_ON):
        path = folder / region_code / f"organisations_{day.isoformat()}.csv"
        written = write_registry(path, seed, region_code, scale, day)
    return written


def write_registry(path: Path, seed: int, region_code: str, scale: float, on: date = REGISTRY_DATE) -> int:
    """Registry CSV of a region as it is on a day; returns the number of organisations."""
    from demo.history import described_on

    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(REGISTRY_COLUMNS)
        for drawn in organisations(seed, region_code, scale):
            org = described_on(drawn, on)
            writer.writerow(
                (
                    org.ogrn,
                    org.inn,
                    org.kind,
                    org.name_full,
                    org.name_short,
                    org.oktmo,
                    org.territory_oktmo,
                    "true" if org.is_urban else "false",
                    "true" if org.has_grade_10_11 else "false",
                    org.folder,
                    OPENED_ON.isoformat(),
                    "" if org.closed_on is None else org.closed_on.isoformat(),
                    org.successor_ogrn or "",
                )
            )
            written += 1
    return written
