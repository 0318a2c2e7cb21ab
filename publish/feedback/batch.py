"""All protocols that are due, organisation by organisation, in one pass over the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from uuid import UUID

from publish.code_version import fingerprint
from publish.feedback.pages import has_workbook, index_html, protocol_html
from publish.feedback.protocol import Protocol, file_stem, group_findings
from publish.feedback.workbook import protocol_workbook
from publish.ledger_queries import DecidedSubmission, Finding, decided_submissions, findings_of
from publish.manifest import Release
from publish.packages import PackagedFile, write_file
from publish.releases import record_release
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "feedback"
UNKNOWN_SENDER = "unknown"
ORGANISATIONS_AT_ONCE = 200


def write_feedback() -> int:
    """Write a protocol for every decided submission that has none yet, and return how many were written.

    A protocol is HTML, with a workbook beside it where there is something to correct. Each organisation's
    folder has a list of its protocols. One release per region records the files of this batch.
    """
    folder = get_settings().feedback_dir
    written: dict[str, list[PackagedFile]] = {}
    count = 0
    with connect("auditor") as reading, connect("auditor") as looking:
        for chunk in _chunks(decided_submissions(reading)):
            due = {
                s.submission_id: s for submissions in chunk for s in submissions if not _is_written(folder, s)
            }
            findings = findings_of(looking, sorted(due)) if due else {}
            for submissions in chunk:
                fresh = [s for s in submissions if s.submission_id in due]
                if not fresh:
                    continue
                for submission in fresh:
                    files = _write(folder, submission, findings)
                    written.setdefault(submission.region_code, []).extend(files)
                    count += 1
                _write_index(folder, submissions)
    for region_code, files in sorted(written.items()):
        _record(folder, region_code, files)
    return count


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


def _is_written(folder: Path, submission: DecidedSubmission) -> bool:
    return (_folder_of(folder, submission) / f"{file_stem(submission)}.html").is_file()


def _write(
    folder: Path, submission: DecidedSubmission, findings: dict[UUID, list[Finding]]
) -> list[PackagedFile]:
    """Write one protocol. The page comes last: it is what says that the protocol is there."""
    protocol = Protocol(submission, group_findings(findings.get(submission.submission_id, [])))
    place = _folder_of(folder, submission)
    stem = file_stem(submission)
    files = []
    if has_workbook(submission):
        files.append((place / f"{stem}.xlsx", protocol_workbook(protocol)))
    files.append((place / f"{stem}.html", protocol_html(protocol)))
    packaged = []
    for path, content in files:
        write_file(path, content)
        name = path.relative_to(folder / submission.region_code).as_posix()
        packaged.append(PackagedFile(name, hashlib.sha256(content).hexdigest(), len(content)))
    return packaged


def _write_index(folder: Path, submissions: list[DecidedSubmission]) -> None:
    """Rewrite an organisation's list and drop the protocols that a newer decision replaced."""
    place = _folder_of(folder, submissions[0])
    current = {file_stem(submission) for submission in submissions}
    write_file(place / "index.html", index_html(submissions))
    for path in place.iterdir():
        if path.name != "index.html" and path.stem not in current:
            path.unlink()


def _record(folder: Path, region_code: str, files: list[PackagedFile]) -> None:
    ordered = sorted(files, key=lambda file: file.name)
    digest = hashlib.sha256("\n".join(f"{f.name} {f.sha256}" for f in ordered).encode()).hexdigest()
    release = Release(KIND, region_code, None, clock.now(), fingerprint(digest))
    record_release(release, folder / region_code, ordered)
