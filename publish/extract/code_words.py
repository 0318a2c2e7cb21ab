"""What codes in the columns of extracts mean, in Russian, from wherever the house has it already."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Mapping

from ingest.forms.catalogue import load_contracts
from ingest.forms.code_lists import MUNICIPALITY_KINDS, SEEDS
from ingest.sources.regions import load_regions

Words = Mapping[str, str]

UNRANKED: Words = {
    "low_available_weight": "доступно меньше двух третей веса методики",
    "excluded_missing": "нет показателя, без которого в рейтинг не входят",
}


def _regions(_: str) -> Words:
    return {code: region.name_ru for code, region in load_regions().items()}


def _missing_reasons(_: str) -> Words:
    return {row["missing_reason"]: row["reason_name"] for row in _seed("missing_reasons")}


def _groups(model: str) -> Words:
    """One code stands for other words in the rating of municipalities and in that of centres."""
    rows = _seed("methodology_groups")
    return {row["group_code"]: row["group_name"] for row in rows if f"rating_{row['unit_type']}_" in model}


def _activity_kinds(_: str) -> Words:
    (field,) = [
        field
        for section in load_contracts()["S3"].sections
        for field in section.fields
        if field.name == "activity_kind"
    ]
    return {code: word for word, code in field.codes.items()}


WORDS: Mapping[str, Callable[[str], Words]] = {
    "activity_kind": _activity_kinds,
    "group_code": _groups,
    "missing_reason": _missing_reasons,
    "municipality_type": lambda _: MUNICIPALITY_KINDS,
    "region_code": _regions,
    "unranked_reason": lambda _: UNRANKED,
}


@functools.cache
def words_of(model: str, column: str) -> Words:
    """The codes that a column of a public mart may hold, each with its word; none where it holds no codes."""
    return WORDS[column](model) if column in WORDS else {}


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
