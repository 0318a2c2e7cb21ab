"""The state of the house as a run ends with it: what came, what came of it, what was built and published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.settings import Settings

if TYPE_CHECKING:
    import psycopg
    from rich.table import Table

    from ingest.status import FormStatus
    from publish.release_register import ReleaseRecord

COUNTS = (
    "received",
    "accepted",
    "accepted_with_warnings",
    "rejected",
    "unreadable",
    "waiting",
    "due",
    "fulfilled",
)
HEADINGS = (
    "form",
    "received",
    "accepted",
    "warnings",
    "rejected",
    "unreadable",
    "waiting",
    "due",
    "fulfilled",
)

FINDINGS = """
select count(*)
from ledger.finding as f
join ledger.decision as d using (submission_id, ruleset_version)
join ledger.submission as s using (submission_id)
where d.is_current and (%(region)s::text is null or s.region_code = %(region)s)
"""

AFTER_CLOSING = """
select count(*)
from ledger.after_closing(%(as_of)s) as late
join ledger.submission as s using (submission_id)
where %(region)s::text is null or s.region_code = %(region)s
"""


@dataclass(frozen=True)
class ReleasedPath:
    """Where the newest release of a kind, region, period and recipient lies, and who had to approve it."""

    kind: str
    region: str | None
    period: str | None
    path: str
    approver: str | None


@dataclass(frozen=True)
class Status:
    """Counts of the ledger by region and form (`ingest.status`), the build in force, what is published."""

    organisations: int
    obligations: int
    files: int
    findings: int
    strays: int
    after_closing: int = 0
    forms: list[FormStatus] = field(default_factory=list)
    build: dict[str, str] = field(default_factory=dict)
    releases: list[ReleasedPath] = field(default_factory=list)


def read_status(region: str | None = None) -> Status:
    """Count what the ledger holds, of one region or of all."""
    from ingest.ledger.present import present
    from ingest.status import status
    from orientir import build
    from warehouse.connection import connect

    counted = status(region)
    with connect("auditor") as connection:
        asked = {"region": region}
        findings = connection.execute(FINDINGS, asked).fetchone()
        late = connection.execute(AFTER_CLOSING, {**asked, "as_of": present(connection)}).fetchone()
        releases = _newest_releases(connection, region)
    return Status(
        organisations=counted.organisations,
        obligations=counted.obligations,
        files=counted.receipts,
        findings=findings[0] if findings else 0,
        strays=counted.strays,
        after_closing=late[0] if late else 0,
        forms=list(counted.forms),
        build=build.current(),
        releases=releases,
    )


def _newest_releases(connection: psycopg.Connection[Any], region: str | None) -> list[ReleasedPath]:
    """The newest release of every kind, region, period and recipient; protocols aside."""
    from publish.release_register import find_release, list_releases

    newest = {}
    for record in list_releases(connection, stage="released"):
        if record.kind != "feedback" and (region is None or record.region_code in (region, None)):
            newest[record.kind, record.region_code, record.period_code, record.recipient] = record
    shown = []
    for record in sorted(
        newest.values(), key=lambda one: [(part is None, part or "") for part in _sorted_by(one)]
    ):
        approval = find_release(connection, record.release_id).approval if record.approves else None
        shown.append(
            ReleasedPath(
                record.kind,
                record.region_code,
                record.period_code,
                record.path,
                None if approval is None else approval.approver,
            )
        )
    return shown


def _sorted_by(record: ReleaseRecord) -> tuple[str | None, ...]:
    return (record.kind, record.region_code, record.period_code, record.recipient)


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
    for name in HEADINGS:
        table.add_column(name, justify="left" if name == "form" else "right")
    codes = list(dict.fromkeys(row.form_code for row in status.forms))
    for code in sorted(codes, key=_place):
        rows = [row for row in status.forms if row.form_code == code]
        table.add_row("not identified" if code is None else code, *_sums(rows))
    if len(codes) > 1:
        table.add_section()
        table.add_row("all", *_sums(status.forms))
    console.print(table)
    console.print(
        f"{status.organisations} organisations owe {status.obligations} submissions; "
        f"{status.files} files received, {status.findings} findings in force."
    )
    if status.strays:
        console.print(f"{status.strays} files came from folders that belong to no known organisation.")
    if status.after_closing:
        console.print(
            f"{status.after_closing} came after their period was closed and wait for the next release:"
            " `orientir period show`."
        )
    console.print(
        f"Marts built as of {status.build['as_of']}." if status.build else "Nothing has been built yet."
    )
    if status.releases:
        console.print(_places(status, settings))


def _place(code: str | None) -> tuple[bool, str, int]:
    """Forms in the order of letter and number, files that could not be identified last."""
    return (False, code[0], int(code[1:])) if code else (True, "", 0)


def _sums(rows: Sequence[FormStatus]) -> list[str]:
    return [str(sum(getattr(row, name) for row in rows)) for name in COUNTS]


def _places(status: Status, settings: Settings) -> Table:
    from rich.table import Table

    places = Table(title="Published", title_justify="left")
    for name in ("what", "region", "period", "approved by", "where"):
        places.add_column(name, overflow="fold")
    for release in status.releases:
        places.add_row(
            release.kind,
            release.region or "all",
            release.period or "",
            release.approver or "",
            shown_path(str(settings.var_dir / release.path), settings.project_dir),
        )
    for what, folder in (
        ("quality_report", settings.quality_dir),
        ("feedback", settings.feedback_dir),
        ("received_files", settings.landing_dir),
    ):
        places.add_row(what, "all", "", "", shown_path(str(folder), settings.project_dir))
    return places
