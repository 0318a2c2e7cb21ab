"""Code lists that are longer than a contract: measures of the road maps, specialties, municipalities.

A field names its list with ``codeList``; the codes stand in dbt's seeds, which the warehouse loads too.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.forms.contract import Field, FormContract, Section
from warehouse.settings import PROJECT_DIR

MUNICIPALITY_KINDS = {
    "municipal_district": "муниципальный район",
    "municipal_okrug": "муниципальный округ",
    "urban_district": "городской округ",
    "city_district": "внутригородской район",
}
SEEDS = PROJECT_DIR / "dbt_project" / "seeds"
CODE_LISTS = ("measure", "specialty", "municipality")
TITLES = {
    "measure": "Мероприятия дорожной карты",
    "specialty": "Профессии и специальности СПО",
    "municipality": "Муниципальные образования и их ОКТМО",
}


@dataclass(frozen=True)
class Code:
    """One code of a list with its title; ``region_code`` is None for codes that hold everywhere."""

    code: str
    title: str
    region_code: str | None = None


def codes_of(contract: FormContract, section: Section, field: Field, region_code: str | None) -> list[Code]:
    """The codes a field may hold, in the order of the list; empty for a field without a code list.

    Measures: those of the region (of all regions without one) that the field serves. Specialties: all.
    Municipalities: those of the region, with the code that stands for them today.
    Raises ``FileNotFoundError`` if the seed is missing.
    """
    if field.code_list is None:
        return []
    if field.code_list == "specialty":
        return list(_specialties())
    if field.code_list == "municipality":
        return [code for code in _municipalities() if region_code in (None, code.region_code)]
    place = f"{section.name}.{field.name}"
    served = {code for code, fields in contract.measures.items() if place in fields} or set(contract.measures)
    return [
        code
        for code in _measures()
        if code.code in served and (region_code is None or code.region_code == region_code)
    ]


@cache
def _measures() -> tuple[Code, ...]:
    return tuple(
        Code(row["measure_code"], row["measure_name"], row["region_code"])
        for row in _rows(SEEDS / "roadmap_measures.csv")
        if row["is_header"] != "true"
    )


@cache
def _specialties() -> tuple[Code, ...]:
    return tuple(Code(row["specialty_code"], row["title"]) for row in _rows(SEEDS / "specialties.csv"))


@cache
def _municipalities() -> tuple[Code, ...]:
    names = {
        row["oktmo"]: _full_name(row["municipality_name"], row["municipality_type"])
        for row in _rows(SEEDS / "municipality_versions.csv")
        if row["is_municipality"] == "true"
    }
    codes = (
        Code(row["oktmo"], names[row["oktmo"]], row["region_code"])
        for row in _rows(SEEDS / "oktmo_codes.csv")
        if not row["valid_to"]
    )
    return tuple(sorted(codes, key=lambda code: (code.region_code or "", code.title)))


def _full_name(name: str, kind: str) -> str:
    """The name with its kind: «Троицкий» is a district as well as the town in it."""
    return name if " " in name else f"{name} {MUNICIPALITY_KINDS[kind]}"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
