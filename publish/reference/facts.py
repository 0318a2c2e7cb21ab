"""Everything that one annual reference says, read from the marts once and then fixed."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg

from publish import mart_queries as marts
from publish import mart_rows as rows
from publish.numbers import previous_school_year
from publish.rating_queries import rating

# Kinds of organisations whose own values the reference shows or names, as the indicators know them.
ORGANISATIONS = ("school", "employment_center", "spo_college")


@dataclass(frozen=True)
class OwnValue:
    """An organisation and its own value of an indicator."""

    organisation: rows.Organisation
    value: rows.IndicatorValue


@dataclass(frozen=True)
class ReferenceFacts:
    """The rows behind the annual reference of one region and school year, as of a moment."""

    region_code: str
    school_year: str
    as_of: datetime
    basis: rows.Measure
    indicators: tuple[rows.Indicator, ...]
    values: tuple[rows.IndicatorValue, ...]
    municipalities: tuple[rows.Municipality, ...]
    organisations: tuple[rows.OrganisationCount, ...]
    named: tuple[rows.Organisation, ...]
    discipline: tuple[rows.Discipline, ...]
    silent: tuple[rows.SilentOrganisation, ...]
    intentions: tuple[rows.Intention, ...]
    destinations: tuple[rows.Destination, ...]
    inclusion: tuple[rows.Inclusion, ...]
    services: tuple[rows.ServicePlan, ...]
    contingent: tuple[rows.Contingent, ...]
    municipality_rating: tuple[rows.Rated, ...]
    school_rating: tuple[rows.Rated, ...]
    center_rating: tuple[rows.Rated, ...]
    college_rating: tuple[rows.Rated, ...]
    rules: tuple[rows.RuleCount, ...]
    measures: tuple[rows.MeasureExecution, ...]

    @property
    def rated(self) -> tuple[rows.Rated, ...]:
        """Everybody in one of the four ratings."""
        return self.municipality_rating + self.school_rating + self.center_rating + self.college_rating

    @functools.cached_property
    def comparison(self) -> rows.Comparison:
        """How places are compared with last year's: by one methodology in all tables of the document."""
        return rows.comparison_of(self.rated)

    @property
    def previous_year(self) -> str:
        """The school year that this one is compared with."""
        return previous_school_year(self.school_year)

    @functools.cached_property
    def _by_key(self) -> dict[tuple[str, str, str, str], rows.IndicatorValue]:
        return {(v.indicator_code, v.unit_type, v.unit_code, v.school_year): v for v in self.values}

    def value(
        self, indicator: str, unit_type: str, unit: str, school_year: str
    ) -> rows.IndicatorValue | None:
        """One indicator value, or None where the mart has no row."""
        return self._by_key.get((indicator, unit_type, unit, school_year))

    def region_value(self, indicator: str, school_year: str) -> rows.IndicatorValue | None:
        """The region's value: sum of numerators over sum of denominators."""
        return self.value(indicator, "region", self.region_code, school_year)

    def municipal_values(self, indicator: str, school_year: str) -> list[rows.IndicatorValue]:
        """Values of the municipalities that have one, in the order of municipalities."""
        found = (self.value(indicator, "municipality", m.code, school_year) for m in self.municipalities)
        return [value for value in found if value is not None and value.value is not None]

    def summed_values(self, indicator: rows.Indicator, municipality: str) -> list[OwnValue]:
        """Values of this year of the organisations that the municipality's value adds up, by name."""
        return [
            OwnValue(organisation, value)
            for organisation in self.named
            if organisation.municipality_code == municipality
            and organisation.kind in indicator.summed_kinds
            and (value := self.value(indicator.code, organisation.kind, organisation.ogrn, self.school_year))
            and value.value is not None
        ]

    def change(self, indicator: str, unit_type: str, unit: str) -> Decimal | None:
        """This year's value less last year's, or None when either is absent."""
        now = self.value(indicator, unit_type, unit, self.school_year)
        before = self.value(indicator, unit_type, unit, self.previous_year)
        if now is None or before is None or now.value is None or before.value is None:
            return None
        return now.value - before.value

    def municipality_name(self, code: str) -> str:
        """The name of a municipality of the region."""
        return next(m.name for m in self.municipalities if m.code == code)

    def content_hash(self) -> str:
        """SHA-256 over every row: two equal hashes mean two equal documents."""
        content = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        text = json.dumps(content, default=_plain, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, Decimal):
        return str(value.normalize())
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"a reference fact of type {type(value).__name__} has no place in the content hash")


class EmptyYearError(LookupError):
    """The marts hold no indicator of the region and school year."""


def read_facts(
    connection: psycopg.Connection[Any], region: str, school_year: str, as_of: datetime, basis_measure: str
) -> ReferenceFacts:
    """Read the facts of one reference.

    Raises EmptyYearError when the marts hold nothing for this region and school year.
    """
    years = [previous_school_year(school_year), school_year]
    values = marts.indicator_values(connection, region, years, ["municipality", "region"])
    values += marts.indicator_values(connection, region, [school_year], list(ORGANISATIONS))
    if not any(value.school_year == school_year for value in values):
        raise EmptyYearError(
            f"the marts hold nothing of {region} for {school_year}: choose a year that reports have come for,"
            " or build the marts: `orientir build`"
        )
    return ReferenceFacts(
        region_code=region,
        school_year=school_year,
        as_of=as_of,
        basis=marts.measure(connection, basis_measure),
        indicators=tuple(marts.indicators(connection)),
        values=tuple(values),
        municipalities=tuple(marts.municipalities(connection, region)),
        organisations=tuple(marts.organisation_counts(connection, region)),
        named=tuple(marts.organisations(connection, region)),
        discipline=tuple(marts.discipline(connection, region, years)),
        silent=tuple(marts.silent_organisations(connection, region, school_year)),
        intentions=tuple(marts.intentions(connection, region, years)),
        destinations=tuple(marts.destinations(connection, region, years)),
        inclusion=tuple(marts.inclusion(connection, region, years)),
        services=tuple(marts.service_plans(connection, region, school_year)),
        contingent=tuple(marts.contingent(connection, region, years)),
        municipality_rating=tuple(rating(connection, "municipality", region, school_year)),
        school_rating=tuple(rating(connection, "school", region, school_year)),
        center_rating=tuple(rating(connection, "employment_center", region, school_year)),
        college_rating=tuple(rating(connection, "spo_college", region, school_year)),
        rules=tuple(marts.rule_counts(connection, region, school_year)),
        measures=tuple(marts.measure_executions(connection, region, school_year)),
    )
