"""What differs between two releases: versions, submissions that count, figures, and which caused which."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg

from ingest.ledger.snapshots import TABLES, Snapshot
from publish.release_register import CountingSubmission, ReleaseRecord, submissions

NUMBERS = "numbers.json"
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
    """A figure of the document that differs; an absent value is None, as is a figure that only one has."""

    unit_type: str
    unit_code: str
    mart: str
    column: str
    key: Mapping[str, str]
    before: str | None
    after: str | None
    because_of: tuple[ChangedSubmission, ...]


@dataclass(frozen=True)
class ReleaseDiff:
    """Everything that differs. `other_causes` are registry, calendar, closings and versions."""

    before: ReleaseRecord
    after: ReleaseRecord
    versions: tuple[str, ...]
    other_causes: tuple[str, ...]
    submissions: tuple[ChangedSubmission, ...]
    figures: tuple[ChangedFigure, ...]
    files: tuple[str, ...]
    has_figures: bool


def diff(connection: psycopg.Connection[Any], before: ReleaseRecord, after: ReleaseRecord) -> ReleaseDiff:
    """Compare two releases with the connection of the auditor.

    Raises ValueError when they are of different kinds or regions, LookupError when one was made before
    releases kept their state.
    """
    if (before.kind, before.region_code) != (after.kind, after.region_code):
        raise ValueError(
            f"{before.release_id} and {after.release_id} are not comparable: kind and region must be the same"
        )
    states = [_state(connection, record) for record in (before, after)]
    changed = changed_submissions(
        *(submissions(connection, state.counting(), before.region_code) for state in states)
    )
    versions = tuple(before.versions.differences(after.versions))
    pairs = [_figures(record) for record in (before, after)]
    has_figures = pairs[0] is not None and pairs[1] is not None
    sources = _source_forms(connection)
    figures = changed_figures(pairs[0] or {}, pairs[1] or {}, changed, sources) if has_figures else ()
    return ReleaseDiff(
        before, after, versions, _other_causes(*states), changed, figures, _files(before, after), has_figures
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


Figures = Mapping[tuple[str, str, tuple[tuple[str, str], ...]], str | None]


def changed_figures(
    before: Figures,
    after: Figures,
    changed: tuple[ChangedSubmission, ...],
    source_forms: Mapping[str, frozenset[str]],
) -> tuple[ChangedFigure, ...]:
    """Figures that differ, each with the changed reports of its unit that feed it."""
    found = []
    for address in sorted(before.keys() | after.keys()):
        old, new = before.get(address), after.get(address)
        if old == new and (address in before) == (address in after):
            continue
        mart, column, pairs = address
        key = dict(pairs)
        unit_type, unit_code = unit_of(key)
        causes = tuple(s for s in changed if _feeds(s, unit_type, unit_code, key, source_forms))
        found.append(ChangedFigure(unit_type, unit_code, mart, column, key, old, new, causes))
    return tuple(found)


def unit_of(key: Mapping[str, str]) -> tuple[str, str]:
    """The unit that a figure is about, read from the key of its mart's row."""
    if "unit_code" in key:
        return key.get("unit_type", "unit"), key["unit_code"]
    for column, unit_type in (("ogrn", "organisation"), ("municipality_code", "municipality")):
        if column in key:
            return unit_type, key[column]
    return "region", key.get("region_code", "")


def _feeds(
    submission: ChangedSubmission,
    unit_type: str,
    unit_code: str,
    key: Mapping[str, str],
    source_forms: Mapping[str, frozenset[str]],
) -> bool:
    forms = source_forms.get(key.get("indicator_code", ""))
    if forms is not None and submission.form_code not in forms:
        return False
    if "form_code" in key and key["form_code"] != submission.form_code:
        return False
    if unit_type == "region":
        return True
    return unit_code in (submission.ogrn, submission.municipality_code)


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


def _figures(record: ReleaseRecord) -> Figures | None:
    """Every figure of a release by its address; None where the release has none or its files are gone."""
    folder = record.whole_folder()
    if folder is None or not (folder / NUMBERS).is_file():
        return None
    return read_figures(folder / NUMBERS)


def read_figures(path: Path) -> Figures:
    """The figures of a document by mart, column and key."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {(r["mart"], r["column"], tuple(sorted(r["key"].items()))): r["value"] for r in rows}


def _source_forms(connection: psycopg.Connection[Any]) -> dict[str, frozenset[str]]:
    known = connection.execute("select to_regclass('marts.dim_indicator')").fetchone()
    if known is None or known[0] is None:
        return {}
    rows = connection.execute("select indicator_code, source_forms from marts.dim_indicator").fetchall()
    return {str(code): frozenset(str(forms).split(";")) for code, forms in rows}


def _files(before: ReleaseRecord, after: ReleaseRecord) -> tuple[str, ...]:
    sides = [{file.name: file.sha256 for file in record.files} for record in (before, after)]
    return tuple(sorted(n for n in sides[0].keys() | sides[1].keys() if sides[0].get(n) != sides[1].get(n)))
