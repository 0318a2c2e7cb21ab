"""Which fields of which forms the indicators are computed from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from warehouse.yaml_files import read_yaml

SOURCES_FILE = Path(__file__).with_name("indicator_sources.yaml")

Part = Literal["numerator", "denominator"]


@dataclass(frozen=True)
class Source:
    """Fields of a form that a part of an indicator is computed from. Without a form: the submissions as
    such. With `territory` a centre's part comes from the schools of its municipality.
    """

    part: Part
    form: str | None = None
    section: str | None = None
    fields: tuple[str, ...] = ()
    rows: dict[str, list[str]] = field(default_factory=dict)
    periods: Literal["year", "latest", "december"] = "year"
    sums: bool = False
    submissions: bool = False
    territory: bool = False


@lru_cache(maxsize=1)
def sources() -> dict[str, tuple[Source, ...]]:
    """Sources of every indicator by its code."""

    content: dict[str, Any] = read_yaml(SOURCES_FILE)
    return {
        code: tuple(Source(**{**entry, "fields": tuple(entry.get("fields", ()))}) for entry in entries)
        for code, entries in content["indicators"].items()
    }
