"""What the ledger holds, counted: received, accepted, rejected, late, built, published."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from warehouse.settings import Settings

OUTCOMES = ("accepted", "accepted_with_warnings", "rejected", "unreadable")

BY_FORM = """
select
    coalesce(s.form_code, '?'),
    count(*),
    count(*) filter (where d.outcome = 'accepted'),
    count(*) filter (where d.outcome = 'accepted_with_warnings'),
    count(*) filter (where d.outcome = 'rejected'),
    count(*) filter (where d.outcome = 'unreadable'),
    count(*) filter (where d.outcome is null)
from ledger.submission as s
left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
where (%(region)s::text is null or s.region_code = %(region)s)
group by 1
order by 1
"""

TOTALS = """
select
    (select count(*) from ledger.organisation where (%(region)s::text is null or region_code = %(region)s)),
    (select count(*) from ledger.obligation where (%(region)s::text is null or region_code = %(region)s)),
    (select count(*) from ledger.receipt where (%(region)s::text is null or region_code = %(region)s)),
    (select count(*) from ledger.finding as f join ledger.decision as d using (submission_id, ruleset_version)
        join ledger.submission as s using (submission_id)
     where d.is_current and (%(region)s::text is null or s.region_code = %(region)s))
"""

RELEASES = """
select distinct on (kind, region_code, period_code) kind, region_code, period_code, path
from ledger.release
where (%(region)s::text is null or region_code = %(region)s or region_code is null)
  and kind <> 'feedback'
order by kind, region_code, period_code, created_at desc
"""


@dataclass(frozen=True)
class FormCounts:
    """Submissions of one form by what came of them; '?' is the files that could not be identified."""

    form: str
    received: int
    accepted: int
    accepted_with_warnings: int
    rejected: int
    unreadable: int
    undecided: int


@dataclass(frozen=True)
class ReleasedPath:
    """Where the newest release of a kind, region and period lies."""

    kind: str
    region: str | None
    period: str | None
    path: str


@dataclass(frozen=True)
class Status:
    """The state of the house."""

    organisations: int
    obligations: int
    files: int
    findings: int
    forms: list[FormCounts] = field(default_factory=list)
    build: dict[str, str] = field(default_factory=dict)
    releases: list[ReleasedPath] = field(default_factory=list)


def read_status(region: str | None = None) -> Status:
    """Count what the ledger holds, of one region or of all."""
    from orientir import build
    from warehouse.connection import connect

    asked = {"region": region}
    with connect("loader") as connection:
        totals = connection.execute(TOTALS, asked).fetchone()
        if totals is None:
            raise AssertionError("a query of counts returns one row")
        organisations, obligations, files, findings = totals
        return Status(
            organisations=organisations,
            obligations=obligations,
            files=files,
            findings=findings,
            forms=[FormCounts(*row) for row in connection.execute(BY_FORM, asked)],
            releases=[ReleasedPath(*row) for row in connection.execute(RELEASES, asked)],
            build=build.current(),
        )


def shown_path(path: str, project_dir: Path) -> str:
    """Return a path relative to the project where it lies inside it."""
    return str(Path(path).relative_to(project_dir)) if Path(path).is_relative_to(project_dir) else path


def print_status(status: Status, settings: Settings) -> None:
    """Print the counts and the places as tables, for a person."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = 110
    table = Table(title="Received, by form", title_justify="left")
    for name in ("form", "received", "accepted", "with warnings", "rejected", "unreadable", "waiting"):
        table.add_column(name, justify="left" if name == "form" else "right")
    for row in status.forms:
        counts = (
            row.received,
            row.accepted,
            row.accepted_with_warnings,
            row.rejected,
            row.unreadable,
            row.undecided,
        )
        table.add_row("not identified" if row.form == "?" else row.form, *map(str, counts))
    if len(status.forms) > 1:
        table.add_section()
        table.add_row(
            "all",
            *(
                str(sum(getattr(row, name) for row in status.forms))
                for name in ("received", *OUTCOMES, "undecided")
            ),
        )
    console.print(table)
    console.print(
        f"{status.organisations} organisations owe {status.obligations} submissions; "
        f"{status.files} files received, {status.findings} findings in force."
    )
    console.print(
        f"Marts built as of {status.build['as_of']}." if status.build else "Nothing has been built yet."
    )
    if status.releases:
        places = Table(title="Published", title_justify="left")
        for name in ("what", "region", "period", "where"):
            places.add_column(name, overflow="fold")
        for release in status.releases:
            places.add_row(
                release.kind,
                release.region or "all",
                release.period or "",
                shown_path(str(settings.var_dir / release.path), settings.project_dir),
            )
        for what, folder in (
            ("quality_report", settings.quality_dir),
            ("feedback", settings.feedback_dir),
            ("received_files", settings.landing_dir),
        ):
            places.add_row(what, "all", "", shown_path(str(folder), settings.project_dir))
        console.print(places)
