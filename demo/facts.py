"""Facts carried over into demo/data: real municipalities, measures, specialties, and the plan of the demo."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


def facts_path(name: str) -> Path:
    """A file of demo/data."""
    return Path(__file__).parent / "data" / name


def _rows(name: str) -> list[dict[str, str]]:
    with facts_path(name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Municipality:
    """A municipality, or a district of Chelyabinsk city, with its real code and name."""

    region_code: str
    oktmo: str
    name: str
    type_ru: str


@dataclass(frozen=True)
class Place:
    """How many organisations the demo puts into one territory."""

    region_code: str
    oktmo: str
    territory_oktmo: str
    counts: dict[str, int]
    urban_share: float
    name_genitive: str


@dataclass(frozen=True)
class Measure:
    """A measure of a road map and the kinds of activity reported by it."""

    region_code: str
    measure_code: str
    title: str
    activity_kinds: tuple[str, ...]


REGIONS = ("chelyabinsk", "tyumen")


@cache
def municipalities() -> dict[str, Municipality]:
    """By ОКТМО."""
    return {
        row["oktmo"]: Municipality(row["region_code"], row["oktmo"], row["name"], row["type_ru"])
        for row in _rows("municipalities.csv")
    }


@cache
def places(region_code: str) -> tuple[Place, ...]:
    """Territories of the region in which the demo has organisations, in the order of the plan."""
    return tuple(
        Place(
            row["region_code"],
            row["oktmo"],
            row["territory_oktmo"],
            {
                "school": int(row["schools"]),
                "employment_center": int(row["employment_centers"]),
                "spo_college": int(row["spo_colleges"]),
                "municipal_authority": int(row["municipal_authorities"]),
            },
            float(row["urban_share"]),
            row["name_genitive"],
        )
        for row in _rows("plan.csv")
        if row["region_code"] == region_code
    )


@cache
def measures(region_code: str) -> tuple[Measure, ...]:
    """Measures of the region's road map that schools report by."""
    return tuple(
        Measure(row["region_code"], row["measure_code"], row["title"], tuple(row["activity_kinds"].split()))
        for row in _rows("measures.csv")
        if row["region_code"] == region_code
    )


@cache
def specialties() -> tuple[tuple[str, str], ...]:
    """(code, title) of SPO occupations and specialties."""
    return tuple((row["specialty_code"], row["title"]) for row in _rows("specialties.csv"))
