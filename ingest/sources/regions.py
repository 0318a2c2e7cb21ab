"""Regions: one YAML file each beside this module. Another region is another file, not code."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ingest.sources.channel import Channel
from ingest.sources.folder import FolderChannel
from warehouse.settings import get_settings
from warehouse.yaml_files import read_yaml

Kind = Literal["school", "employment_center", "spo_college", "municipal_authority"]
KINDS: tuple[Kind, ...] = get_args(Kind)

REGIONS_DIR = Path(__file__).with_name("regions")


class RegionError(ValueError):
    """A region's file is wrong, or there is no such region; the message says where and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindOfSource(_Strict):
    """How one kind of organisations reports: the channel and the codes of the forms in force."""

    channel: Literal["folder"]
    forms: tuple[Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}$")], ...]


class Extension(_Strict):
    """A later deadline for one form and period, for all organisations or for those named by OGRN."""

    form: str
    period: str
    due_on: date
    reason: str
    organisations: tuple[str, ...] = ()


class RegionCalendar(_Strict):
    """Where the region departs from the federal production calendar and from the cyclogram."""

    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    extensions: tuple[Extension, ...] = ()


class Region(_Strict):
    """A region as configured."""

    region_code: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,40}$")]
    name_ru: Annotated[str, Field(min_length=1)]
    timezone: str
    kinds: dict[Kind, KindOfSource]
    calendar: RegionCalendar = RegionCalendar()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{value!r} is not a timezone, write it as Asia/Yekaterinburg") from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The region's clock: deadlines end at its midnight."""
        return ZoneInfo(self.timezone)

    def forms_of(self, kind: str) -> tuple[str, ...]:
        """Codes of the forms that organisations of a kind report by here.

        Those of the region's file, then those whose contracts name the region.
        """
        from ingest.forms.catalogue import load_contracts

        listed = next((source.forms for known, source in self.kinds.items() if known == kind), ())
        brought = (
            form.code
            for form in load_contracts().values()
            if form.submitter == kind and self.region_code in form.regions and form.code not in listed
        )
        return (*listed, *brought)

    def expects(self, kind: str, form_code: str) -> bool:
        """Whether organisations of a kind report by a form here."""
        return form_code in self.forms_of(kind)


@lru_cache(maxsize=1)
def load_regions() -> dict[str, Region]:
    """All configured regions by code, in alphabetical order. Raises RegionError naming file and key."""
    regions = [_read(path) for path in sorted(REGIONS_DIR.glob("*.yaml"))]
    return {region.region_code: region for region in regions}


def region(region_code: str) -> Region:
    """One region. Raises RegionError with the codes that exist."""
    regions = load_regions()
    if region_code not in regions:
        raise RegionError(
            f"no region {region_code!r}: there are {', '.join(regions)}; "
            f"a new one is a file in {REGIONS_DIR} (docs/add_a_region.md)"
        )
    return regions[region_code]


def channel_for(region_code: str, kind: Kind) -> Channel:
    """The channel that organisations of a kind report through in a region."""
    source = region(region_code).kinds.get(kind)
    if source is None:
        raise RegionError(f"region {region_code!r} has no sources of kind {kind!r}")
    return FolderChannel(get_settings().inbox_dir)


def _read(path: Path) -> Region:
    try:
        loaded = Region.model_validate(read_yaml(path))
    except yaml.YAMLError as error:
        raise RegionError(f"{path}: not valid YAML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        raise RegionError(f"{path}: {problems}") from error
    if loaded.region_code != path.stem:
        raise RegionError(f"{path}: region_code is {loaded.region_code!r}, the file must be named after it")
    return loaded
