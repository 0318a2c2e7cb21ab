"""What differs between two releases: versions, submissions that count, figures, and which caused which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import psycopg

from ingest.ledger.snapshots import TABLES, Snapshot
from publish.release_figures import Figures, by_address, feeds, figures_of, unit_of
from publish.release_register import CountingSubmission, ReleaseRecord, submissions

# Members of a snapshot whose change moves figures without any submission, in words.
OTHER_CAUSES = {
    "organisation": "registry",
    "organisation_version": "registry",
    "obligation": "calendar",
    "period_closing": "closings",
    "period_exception": "closings",
}


@dataclass(frozen=True)
class ChangedSubmission:
    """A report whose counting revision differs: `before` or `after` is None where none counted."""

    ogrn: str
    organisation: str
    municipality_code: str
    form_code: str
    period_code: str
    before: CountingSubmission | None
    after: CountingSubmission | None

    @property
    def change(self) -> Literal["added", "replaced", "removed"]:
        """What happened between the two releases."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "replaced"


@dataclass(frozen=True)
class ChangedFigure:
    """A figure of the document, or a cell of the extract, that differs. An absent value is None.

    `entered` and `left` name the tables, charts, sections or files that only one of the releases prints it
    in: a row that a list of the best or the worst has no more is no lost figure.
    """

    unit_type: str
    unit_code: str
    mart: str
    column: str
    key: Mapping[str, str]
    before: str | None
    after: str | None
    because_of: tuple[ChangedSubmission, ...]
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def change(self) -> Literal["entered", "left", "changed"]:
        """Whether only the later release prints it, only the earlier one, or both do, with other values."""
        if self.entered:
            return "entered"
        return "left" if self.left else "changed"


@dataclass(frozen=True)
class ReleaseDiff:
    """Everything that differs. `other_causes` are registry, calendar and closings.

    `closings` and `exceptions` are those that the later release knows and the earlier did not, as they are
    kept with its state. `unit_names` are the present names of the units whose figures differ, by code.
    """

    before: ReleaseRecord
    after: ReleaseRecord
    versions: tuple[str, ...]
    other_causes: tuple[str, ...]
    submissions: tuple[ChangedSubmission, ...]
    figures: tuple[ChangedFigure, ...]
    files: tuple[str, ...]
    has_figures: bool
    unit_names: Mapping[str, str]
    closings: tuple[Mapping[str, str], ...] = ()
    exceptions: tuple[Mapping[str, str], ...] = ()


def diff(connection: psycopg.Connection[Any], before: ReleaseRecord, after: ReleaseRecord) -> ReleaseDiff:
    """Compare two releases with the connection of the auditor.

    Raises ValueError when they are of different kinds or regions, LookupError when one was made before
    releases kept their state.
    """
    if _identity(before) != _identity(after):
        raise ValueError(
            f"{before.release_id} and {after.release_id} are not comparable: kind, region and recipient must"
            " be the same"
        )
    states = [_state(connection, record) for record in (before, after)]
    changed = changed_submissions(
        *(submissions(connection, state.counting(), before.region_code) for state in states)
    )
    versions = tuple(before.versions.differences(after.versions))
    pairs = [figures_of(record) for record in (before, after)]
    has_figures = pairs[0] is not None and pairs[1] is not None
    sources = source_forms(connection)
    old, new = (by_address(figures or []) for figures in pairs)
    figures = changed_figures(old, new, changed, sources, before.region_code) if has_figures else ()
    return ReleaseDiff(
        before,
        after,
        versions,
        _other_causes(*states),
        changed,
        figures,
        _files(before, after),
        has_figures,
        _unit_names(connection, sorted({figure.unit_code for figure in figures})),
        *(_added(states, table, before.region_code) for table in ("period_closing", "period_exception")),
    )


def changed_submissions(
    before: Iterable[CountingSubmission], after: Iterable[CountingSubmission]
) -> tuple[ChangedSubmission, ...]:
    """Reports whose counting revision differs, by organisation, form and period."""
    sides = [{(s.ogrn, s.form_code, s.period_code): s for s in side} for side in (before, after)]
    changed = []
    for key in sorted(sides[0].keys() | sides[1].keys()):
        old, new = sides[0].get(key), sides[1].get(key)
        known = new or old
        if known is not None and (old is None or new is None or old.submission_id != new.submission_id):
            changed.append(
                ChangedSubmission(
                    known.ogrn,
                    known.organisation,
                    known.municipality_code,
                    known.form_code,
                    known.period_code,
                    old,
                    new,
                )
            )
    return tuple(changed)


def _identity(record: ReleaseRecord) -> tuple[str | None, ...]:
    return record.kind, record.region_code, record.recipient


def changed_figures(
    before: Figures,
    after: Figures,
    changed: tuple[ChangedSubmission, ...],
    source_forms: Mapping[str, frozenset[str]],
    region: str | None = None,
) -> tuple[ChangedFigure, ...]:
    """Figures that differ, each with the changed reports of its unit that feed it."""
    found = []
    for address in sorted(before.keys() | after.keys()):
        old, new = before.get(address), after.get(address)
        if old is not None and new is not None and old.value == new.value:
            continue
        mart, column, pairs = address
        key = dict(pairs)
        unit_type, unit_code = unit_of(key)
        causes = tuple(
            one
            for one in changed
            if any(feeds(side, address, region, source_forms) for side in (one.before, one.after) if side)
        )
        found.append(
            ChangedFigure(
                unit_type,
                unit_code,
                mart,
                column,
                key,
                old.value if old else None,
                new.value if new else None,
                causes,
                entered=new.within if new and old is None else (),
                left=old.within if old and new is None else (),
            )
        )
    return tuple(found)


def _state(connection: psycopg.Connection[Any], record: ReleaseRecord) -> Snapshot:
    if record.snapshot_sha256 is None:
        raise LookupError(
            f"{record.release_id} was made without its state being kept: only references and extracts are"
            " compared, and only those made since release states are kept"
        )
    return Snapshot.read(connection, record.snapshot_sha256)


def _other_causes(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    causes = {
        OTHER_CAUSES[table]
        for table in TABLES
        if table in OTHER_CAUSES and list(before.rows(table)) != list(after.rows(table))
    }
    return tuple(sorted(causes))


def _added(states: list[Snapshot], table: str, region: str | None) -> tuple[dict[str, str], ...]:
    """Rows of a region that only the later state has."""
    before, after = (list(state.rows(table)) for state in states)
    return tuple(row for row in after if row not in before and row["region_code"] == region)


def source_forms(connection: psycopg.Connection[Any]) -> dict[str, frozenset[str]]:
    """Forms of each indicator by its code; none before the first build."""
    known = connection.execute("select to_regclass('marts.dim_indicator')").fetchone()
    if known is None or known[0] is None:
        return {}
    rows = connection.execute("select indicator_code, source_forms from marts.dim_indicator").fetchall()
    return {str(code): frozenset(str(forms).split(";")) for code, forms in rows}


def _unit_names(connection: psycopg.Connection[Any], codes: list[str]) -> dict[str, str]:
    """Names of regions, organisations and, once there are marts, municipalities."""
    named = (
        "select region_code, name_ru from ledger.region where region_code = any(%(codes)s)"
        " union all select ogrn, name_short from ledger.organisation where ogrn = any(%(codes)s)"
    )
    known = connection.execute("select to_regclass('marts.dim_municipality')").fetchone()
    if known is not None and known[0] is not None:
        named += (
            " union all select municipality_code, municipality_name from marts.dim_municipality"
            " where municipality_code = any(%(codes)s) and is_current"
        )
    return dict(connection.execute(named, {"codes": codes}).fetchall())


def _files(before: ReleaseRecord, after: ReleaseRecord) -> tuple[str, ...]:
    sides = [{file.name: file.sha256 for file in record.files} for record in (before, after)]
    return tuple(sorted(n for n in sides[0].keys() | sides[1].keys() if sides[0].get(n) != sides[1].get(n)))
