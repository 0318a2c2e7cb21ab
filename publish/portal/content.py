"""What the portal shows, read from the marts and the ledger once and then fixed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from ingest.ledger.closings import LateSubmission, late_submissions
from publish.ledger_queries import DecidedSubmission, Finding, findings_of, refused_submissions
from publish.mart_rows import (
    Comparison,
    Discipline,
    Rated,
    SilentOrganisation,
    comparison_of,
    methodologies_of,
)
from publish.quality.report import QualityReport, read_report, report_json

REFUSED_SHOWN = 400
FINDINGS_SHOWN = 12


@dataclass(frozen=True)
class RegionYear:
    """Discipline and ratings of one region in one school year."""

    region_code: str
    region_name: str
    school_year: str
    by_form: tuple[Discipline, ...]
    by_municipality: tuple[tuple[str, Discipline], ...]
    silent: tuple[SilentOrganisation, ...]
    municipalities: tuple[Rated, ...]
    schools: tuple[Rated, ...]
    centers: tuple[Rated, ...]
    colleges: tuple[Rated, ...]

    @property
    def anchor(self) -> str:
        """The fragment under which the pages refer to it."""
        return f"{self.region_code}-{self.school_year}"

    @property
    def methodology(self) -> str:
        """The methodology of the ratings."""
        return methodologies_of(self.rated)[0]

    @property
    def other_methodology(self) -> str:
        """The methodology that last year's ratings were published by, where it was another; else ''."""
        return methodologies_of(self.rated)[1]

    @property
    def rated(self) -> tuple[Rated, ...]:
        """Everybody in one of the four ratings."""
        return self.municipalities + self.schools + self.centers + self.colleges

    @property
    def comparison(self) -> Comparison:
        """How the places are compared with last year's: by one methodology in all tables of the year."""
        return comparison_of(self.rated)

    @property
    def schools_by_rank(self) -> list[Rated]:
        """Schools by place in the region; those without one come last."""
        return sorted(
            self.schools, key=lambda row: (row.rank is None, row.rank or 0, row.unit_name, row.unit_code)
        )


@dataclass(frozen=True)
class Refused:
    """A submission that was not accepted, with the first of its findings."""

    submission: DecidedSubmission
    findings: tuple[Finding, ...]
    more: int


@dataclass(frozen=True)
class PortalContent:
    """Everything on the portal's pages."""

    as_of: datetime
    quality: QualityReport
    years: tuple[RegionYear, ...]
    refused: tuple[Refused, ...]
    refused_total: int
    late: tuple[LateSubmission, ...] = ()

    def content_hash(self) -> str:
        """SHA-256 over what the pages say."""
        digest = hashlib.sha256(report_json(self.quality))
        digest.update(repr((self.years, self.refused, self.refused_total, self.late)).encode("utf-8"))
        return digest.hexdigest()


@dataclass(frozen=True)
class _RegionYearCode:
    region_code: str
    school_year: str


def read_content(
    analyst: psycopg.Connection[Any], auditor: psycopg.Connection[Any], as_of: datetime
) -> PortalContent:
    """Read the portal's content: marts as the analyst, ledger as the auditor."""
    quality = read_report(auditor, as_of)
    refused = refused_submissions(auditor, as_of, REFUSED_SHOWN)
    found = findings_of(auditor, [submission.submission_id for submission in refused])
    return PortalContent(
        as_of=as_of,
        quality=quality,
        years=tuple(
            _region_year(analyst, code.region_code, quality.regions[code.region_code], code.school_year)
            for code in _region_years(analyst)
        ),
        refused=tuple(_refused(submission, found) for submission in refused),
        refused_total=quality.outcomes["rejected"] + quality.outcomes["unreadable"],
        late=tuple(late_submissions(auditor, as_of=as_of)),
    )


def _refused(submission: DecidedSubmission, found: dict[UUID, list[Finding]]) -> Refused:
    own = found.get(submission.submission_id, [])
    return Refused(submission, tuple(own[:FINDINGS_SHOWN]), max(0, len(own) - FINDINGS_SHOWN))


def _region_years(connection: psycopg.Connection[Any]) -> list[_RegionYearCode]:
    """Regions and school years in which something was due, the latest year first."""
    with connection.cursor(row_factory=class_row(_RegionYearCode)) as cursor:
        return cursor.execute(
            """
            select distinct region_code, school_year
            from marts.reporting_discipline_municipality
            order by school_year desc, region_code
            """
        ).fetchall()


def _municipality_names(connection: psycopg.Connection[Any], region: str) -> dict[str, str]:
    """The newest name of every municipality of the region by its code."""
    rows = connection.execute(
        "select municipality_code, municipality_name from marts.dim_municipality"
        " where region_code = %s and is_current",
        [region],
    ).fetchall()
    return {str(code): str(name) for code, name in rows}


def _region_year(connection: psycopg.Connection[Any], region: str, name: str, school_year: str) -> RegionYear:
    from publish import mart_queries as marts
    from publish.rating_queries import rating

    rows = marts.discipline(connection, region, [school_year])
    # Something was due in a municipality whose last organisation has closed or moved since.
    names = _municipality_names(connection, region)
    forms = sorted({row.form_code for row in rows})
    codes = sorted({row.municipality_code for row in rows}, key=lambda code: (names[code], code))
    return RegionYear(
        region_code=region,
        region_name=name,
        school_year=school_year,
        by_form=tuple(_total([row for row in rows if row.form_code == form], form) for form in forms),
        by_municipality=tuple(
            (names[code], _total([row for row in rows if row.municipality_code == code], ""))
            for code in codes
        ),
        silent=tuple(marts.silent_organisations(connection, region, school_year)),
        municipalities=tuple(rating(connection, "municipality", region, school_year)),
        schools=tuple(rating(connection, "school", region, school_year)),
        centers=tuple(rating(connection, "employment_center", region, school_year)),
        colleges=tuple(rating(connection, "spo_college", region, school_year)),
    )


def _total(rows: list[Discipline], form: str) -> Discipline:
    return Discipline(
        municipality_code=rows[0].municipality_code,
        form_code=form,
        school_year=rows[0].school_year,
        expected=sum(row.expected for row in rows),
        submitted=sum(row.submitted for row in rows),
        on_time=sum(row.on_time for row in rows),
        accepted=sum(row.accepted for row in rows),
        rejected=sum(row.rejected for row in rows),
    )
