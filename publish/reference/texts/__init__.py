"""The words of the annual reference, apart from the code that fills them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from publish.agreement import agree, choose
from publish.blocks import DIGITS, Number, Run
from warehouse.yaml_files import read_yaml

FOLDER = Path(__file__).parent
# What a withheld number is spoken of as: the words around it must not tell whether it is one.
MANY = 5
# What is printed with decimals is spoken of as a part, also where they are zeros: 75,00 балла.
PART = Decimal("0.5")
PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^|{}]*)(?:\|([^|{}]*))?)?\}")


@functools.cache
def load(name: str) -> dict[str, Any]:
    """The content of one text file, e.g. `sentences`."""
    content = read_yaml(FOLDER / f"{name}.yaml")
    if not isinstance(content, dict):
        raise ValueError(f"{FOLDER / name}.yaml: a mapping is expected at the top")
    return content


def sentence(key: str, **values: Run) -> tuple[Run, ...]:
    """The sentence `key` with its places filled; numbers stay numbers, nouns agree with them.

    Raises KeyError naming the sentence or the place that is not there.
    """
    template: str = load("sentences")[key]
    runs: list[Run] = []
    position = 0
    for match in PLACEHOLDER.finditer(template):
        runs.append(template[position : match.start()])
        position = match.end()
        name = match[1]
        if name not in values:
            raise KeyError(f"sentence {key!r} needs a value for {{{name}}}")
        value = values[name]
        runs.append(value if match[2] is None else _agreeing(_count(key, name, value), match[2], match[3]))
    runs.append(template[position:])
    return tuple(run for run in runs if run != "")


def _agreeing(count: Decimal | int, one: str, other: str | None) -> str:
    """Words that agree with a number; of two verbs, the one for what ends in one or the other."""
    if other is None:
        return agree(count, one)
    return choose(count, one, other)


def words(key: str, **values: Run) -> str:
    """The sentence `key` as plain text, for a title or a label."""
    return "".join(run.text if isinstance(run, Number) else run for run in sentence(key, **values))


def _count(key: str, name: str, value: Run) -> Decimal | int:
    if isinstance(value, Number) and value.suppressed:
        return MANY
    if isinstance(value, Number) and value.value is not None:
        return PART if DIGITS[value.unit] else value.value
    if isinstance(value, str) and value.isdigit():
        return int(value)
    raise KeyError(f"sentence {key!r}: no noun can agree with {{{name}}}, it has no value")


class UnknownRegionTextError(LookupError):
    """Nobody has written down how the reference of this region is to be titled."""


@dataclass(frozen=True)
class RegionTexts:
    """How a region and the issuer of its reference are called."""

    name: str
    issuer: str
    road_map: str
    basis_measure: str
    place: str


def region_texts(region_code: str) -> RegionTexts:
    """The texts of one region.

    Raises UnknownRegionTextError naming the file to add the region to.
    """
    regions = load("regions")
    if region_code not in regions:
        raise UnknownRegionTextError(
            f"region {region_code!r} has no texts: add it to {FOLDER / 'regions.yaml'};"
            f" known: {', '.join(regions)}"
        )
    return RegionTexts(**regions[region_code])


@dataclass(frozen=True)
class ReferenceRules:
    """Thresholds of problem zones, targets of indicators, and how much is named in recommendations."""

    fall_points: Decimal
    worst_share: Decimal
    worst_least_units: int
    extremes: int
    recommended: int
    organisations_named: int
    bars_indicators: tuple[str, ...]
    above_hundred: tuple[str, ...]
    targets: dict[str, Decimal]


@functools.cache
def rules() -> ReferenceRules:
    """The rules in force."""
    content = load("rules")
    zones = content["problem_zones"]
    return ReferenceRules(
        fall_points=Decimal(str(zones["fall_points"])),
        worst_share=Decimal(str(zones["worst_share"])),
        worst_least_units=int(zones["worst_least_units"]),
        extremes=int(zones["extremes"]),
        recommended=int(content["recommendations"]["per_municipality"]),
        organisations_named=int(content["recommendations"]["organisations_named"]),
        bars_indicators=tuple(content["bars_indicators"]),
        above_hundred=tuple(content["above_hundred"]),
        targets={code: Decimal(str(value)) for code, value in content["targets"].items()},
    )
