"""All protocols that are due, organisation by organisation, in one pass over the ledger."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from ingest import landing
from ingest.ledger.present import present
from ingest.readers.result import CellMap
from publish.code_version import fingerprint
from publish.feedback.discretion import discreet
from publish.feedback.grouping import group_findings
from publish.feedback.pages import has_workbook, index_html, protocol_html
from publish.feedback.protocol import Protocol
from publish.feedback.source_sheets import SourceSheet, source_sheets
from publish.feedback.subject import of_submission
from publish.feedback.versions import EARLIER, file_stem
from publish.feedback.workbook import protocol_workbook
from publish.ledger_queries import (
    DecidedSubmission,
    Finding,
    cell_maps_of,
    decided_submissions,
    findings_of,
    released_names,
)
from publish.manifest import Release
from publish.packages import PackagedFile, write_file
from publish.releases import record_release
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "feedback"
UNKNOWN_SENDER = "unknown"
ORGANISATIONS_AT_ONCE = 200

log = logging.getLogger(__name__)


def write_feedback() -> int:
    """Write a protocol for every decided submission that has none yet, and return how many were written.

    A protocol holds for one decision with its findings. When either changes the submission gets another one,
    and the one that it replaces moves into the folder ``earlier``. It is HTML with the receipt; where there
    is something to correct, a workbook with the cells lies beside it. Each organisation's folder has a list
    of its protocols. One release per region records the files of this batch: a protocol that no release
    knows, because its batch was killed, is due again.
    """
    folder = get_settings().feedback_dir
    written: dict[str, list[PackagedFile]] = {}
    count = 0
    with connect("auditor") as reading, connect("auditor") as looking:
        # Two batches at a time would record each other's files: the second waits and finds nothing due.
        looking.execute("select pg_advisory_lock(hashtext('publish.feedback'))")
        released = released_names(looking, KIND)
        for chunk in _chunks(decided_submissions(reading, present(reading))):
            due = {s.submission_id for listed in chunk for s in listed if _is_due(folder, s, released)}
            material = _Material(looking, sorted(due))
            for submissions in chunk:
                fresh = [s for s in submissions if s.submission_id in due]
                if not fresh:
                    continue
                for submission in fresh:
                    files = _write(folder, submission, material)
                    written.setdefault(submission.region_code, []).extend(files)
                    count += 1
                _write_index(folder, submissions)
        for region_code, files in sorted(written.items()):
            _record(folder, region_code, files)
    return count


class _Material:
    """What the protocols of some submissions are made from."""

    def __init__(self, connection: psycopg.Connection[Any], submissions: list[UUID]) -> None:
        found = findings_of(connection, submissions) if submissions else {}
        self.findings: Mapping[UUID, list[Finding]] = {
            submission: discreet(listed) for submission, listed in found.items()
        }
        self._maps: Mapping[UUID, list[CellMap]] = (
            cell_maps_of(connection, sorted(self.findings)) if self.findings else {}
        )

    def sheets(self, submission: DecidedSubmission) -> list[SourceSheet]:
        """The sheets of the landed file; none where it cannot be opened."""
        findings = self.findings.get(submission.submission_id, [])
        try:
            with landing.open_blob(submission.sha256) as stream:
                content = stream.read()
        except landing.LandingError as error:
            # The answer must not wait for the archive to be restored: it goes out without the copy.
            log.error("protocol of submission %s has no copy: %s", submission.submission_id, error)
            return []
        maps = self._maps.get(submission.submission_id, [])
        return source_sheets(content, submission.form_code, maps, findings)


def _chunks(submissions: Iterator[DecidedSubmission]) -> Iterator[list[list[DecidedSubmission]]]:
    """Submissions of a few hundred organisations at a time, grouped by sender."""
    chunk: list[list[DecidedSubmission]] = []
    for _, members in groupby(submissions, key=lambda s: (s.region_code, s.ogrn)):
        chunk.append(list(members))
        if len(chunk) == ORGANISATIONS_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _folder_of(folder: Path, submission: DecidedSubmission) -> Path:
    return folder / submission.region_code / (submission.ogrn or UNKNOWN_SENDER)


def _names(submission: DecidedSubmission) -> list[str]:
    stem = file_stem(submission)
    return [f"{stem}.xlsx", f"{stem}.html"] if has_workbook(submission) else [f"{stem}.html"]


def _is_due(folder: Path, submission: DecidedSubmission, released: set[tuple[str | None, str]]) -> bool:
    place = _folder_of(folder, submission)
    return any(
        (submission.region_code, f"{place.name}/{name}") not in released or not (place / name).is_file()
        for name in _names(submission)
    )


def _write(folder: Path, submission: DecidedSubmission, material: _Material) -> list[PackagedFile]:
    """Write one protocol."""
    groups = group_findings(material.findings.get(submission.submission_id, []))
    protocol = Protocol(of_submission(submission), groups)
    place = _folder_of(folder, submission)
    packaged = []
    for name in _names(submission):
        if name.endswith(".xlsx"):
            content = protocol_workbook(protocol, material.sheets(submission))
        else:
            content = protocol_html(protocol)
        write_file(place / name, content)
        packaged.append(
            PackagedFile(f"{place.name}/{name}", hashlib.sha256(content).hexdigest(), len(content))
        )
    return packaged


def _write_index(folder: Path, submissions: list[DecidedSubmission]) -> None:
    """Set aside the protocols that newer ones have replaced, and rewrite the organisation's list."""
    place = _folder_of(folder, submissions[0])
    earlier = place / EARLIER
    current = {"index.html", *(name for submission in submissions for name in _names(submission))}
    for path in sorted(place.iterdir()):
        if path.is_file() and path.name not in current and path.suffix in {".html", ".xlsx"}:
            earlier.mkdir(exist_ok=True)
            path.replace(earlier / path.name)
    kept = sorted(path.name for path in earlier.iterdir()) if earlier.is_dir() else []
    write_file(place / "index.html", index_html(submissions, kept))


def _record(folder: Path, region_code: str, files: list[PackagedFile]) -> None:
    ordered = sorted(files, key=lambda file: file.name)
    digest = hashlib.sha256("\n".join(f"{f.name} {f.sha256}" for f in ordered).encode()).hexdigest()
    release = Release(KIND, region_code, None, clock.now(), fingerprint(digest))
    record_release(release, folder / region_code, ordered)
