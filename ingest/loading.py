"""Loading: from landed files to raw rows, cell maps, findings and personal data, one transaction per chunk.

The number of statements depends on the number of sections, not on the number of files: rows of a section
of all files of a chunk go over in one COPY.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import Connection, sql

from ingest import landing
from ingest.arrival import Sender, check_arrival
from ingest.forms.catalogue import contract as newest_contract
from ingest.forms.catalogue import find_version
from ingest.forms.contract import FormContract, Section
from ingest.ledger import attempts, events
from ingest.ledger.findings import insert_findings
from ingest.ledger.submissions import ReadOutcome, WaitingSubmission, claim, mark_read
from ingest.readers.findings import FindingRecord
from ingest.readers.result import ExpectedSender, ReadResult
from ingest.readers.rules import FindingLog
from ingest.reading_version import reading_version
from warehouse.settings import get_settings

logger = logging.getLogger(__name__)

# Personal fields of the contracts and the columns of pii.responsible_specialist that keep them.
PERSONAL_COLUMNS = {"full_name": "responsible_full_name", "phone": "responsible_phone"}


@dataclass(frozen=True)
class Reading:
    """A file as read: what it held, all findings about it, and the contract that it was read by."""

    waiting: WaitingSubmission
    result: ReadResult
    findings: list[FindingRecord]
    contract: FormContract | None

    @property
    def row_count(self) -> int:
        """Rows of all sections."""
        return sum(len(section.rows) for section in self.result.sections.values())


@dataclass(frozen=True)
class LoadSummary:
    """What loading some submissions gave; counts of submissions, rows, cells, findings."""

    read: int = 0
    unreadable: int = 0
    rows: int = 0
    cells: int = 0
    critical: int = 0
    warnings: int = 0

    def __add__(self, other: LoadSummary) -> LoadSummary:
        return LoadSummary(
            self.read + other.read,
            self.unreadable + other.unreadable,
            self.rows + other.rows,
            self.cells + other.cells,
            self.critical + other.critical,
            self.warnings + other.warnings,
        )


def read_and_load(connection: Connection, submissions: Sequence[UUID]) -> LoadSummary:
    """Read the given submissions from the landing store and load what they hold; commits.

    Those that do not wait any more are left alone. A file that cannot be read or stored gets a finding and
    stops no other. Files that were in hand when a process ended are read one by one, each at most
    ``max_read_attempts`` times. Raises LandingError when a landed content is gone: the house's fault.
    """
    suspects = attempts.interrupted(connection, submissions)
    summary = _read_and_load(connection, [s for s in submissions if s not in suspects])
    for submission in submissions:
        if submission in suspects:
            summary += _read_and_load(connection, [submission])
    return summary


def _read_and_load(connection: Connection, submissions: Sequence[UUID]) -> LoadSummary:
    if not submissions:
        return LoadSummary()
    begun = attempts.begin(connection, submissions)
    try:
        return _load_begun(connection, begun)
    except Exception:
        # This process lives: whatever failed, it was not the file that ended it.
        with suppress(psycopg.Error):
            connection.rollback()
            attempts.finish(connection, list(begun))
            connection.commit()
        raise


def _load_begun(connection: Connection, begun: Mapping[UUID, int]) -> LoadSummary:
    most = get_settings().max_read_attempts
    readings = [
        read(waiting) if begun[waiting.submission_id] <= most else _given_up(waiting, most)
        for waiting in claim(connection, list(begun))
    ]
    try:
        summary = _load(connection, readings)
    except (psycopg.DataError, psycopg.IntegrityError, UnicodeError) as error:
        connection.rollback()
        logger.warning("a chunk of %d files is loaded one by one: %s", len(readings), error)
        return _load_singly(connection, list(begun))
    connection.commit()
    return summary


def _given_up(waiting: WaitingSubmission, times: int) -> Reading:
    """A file that ended the reading process each time: not opened any more, and said so."""
    log = FindingLog()
    log.add("READ.UNREADABLE", received=f"попыток чтения: {times}, и каждая останавливала программу")
    return _checked(waiting, ReadResult(unreadable=True, findings=log.findings))


def read(waiting: WaitingSubmission) -> Reading:
    """Read one landed file and check its arrival. Never raises for what stands in the file."""
    from ingest.readers.limits import configured_limits
    from ingest.readers.read import content_of, read_submission_file

    # Raises LandingError with advice when the content is gone.
    with landing.open_blob(waiting.sha256) as stream:
        content = content_of(stream, configured_limits())
    try:
        result = read_submission_file(
            content,
            file_name=waiting.file_name,
            expected=ExpectedSender(waiting.region_code, waiting.ogrn),
        )
    except Exception:
        # A fault of the program in one file must not keep the other organisations' files from being read.
        logger.exception("reader failed on %r (sha256 %s)", waiting.source_uri, waiting.sha256)
        log = FindingLog()
        log.add("READ.INTERNAL")
        result = ReadResult(unreadable=True, findings=log.findings)
    return _checked(waiting, result)


def _checked(waiting: WaitingSubmission, result: ReadResult) -> Reading:
    """The reading with what there is to say about the file's arrival."""
    contract = contract_of(result.form_code, result.form_version)
    findings = result.findings + check_arrival(
        region_code=waiting.region_code,
        sender=_sender(waiting),
        folder=_folder(waiting),
        received_at=waiting.received_at,
        result=result,
        contract=contract,
    )
    return Reading(waiting, result, findings, contract)


def contract_of(form_code: str | None, form_version: str | None) -> FormContract | None:
    """The contract that a file was filled in by: its own version, or the newest where it names none."""
    if form_code is None:
        return None
    named = find_version(form_code, form_version) if form_version else None
    return named or newest_contract(form_code)


def _load_singly(connection: Connection, submissions: Sequence[UUID]) -> LoadSummary:
    summary = LoadSummary()
    for submission in submissions:
        for waiting in claim(connection, [submission]):
            reading = read(waiting)
            try:
                loaded = _load(connection, [reading])
            except (psycopg.DataError, psycopg.IntegrityError, UnicodeError) as error:
                connection.rollback()
                logger.warning("%r cannot be stored: %s", waiting.source_uri, error)
                if not claim(connection, [submission]):
                    continue
                loaded = _load(connection, [_without_content(reading, error)])
            connection.commit()
            summary += loaded
    return summary


def _without_content(reading: Reading, error: Exception) -> Reading:
    """The reading of a file whose values the database refuses: identified and explained, with no rows."""
    reason = str(error).partition("\n")[0].encode("utf-8", "replace").decode("utf-8")
    log = FindingLog()
    log.add("READ.NOT_STORABLE", received=reason)
    result = ReadResult(
        form_code=reading.result.form_code,
        form_version=reading.result.form_version,
        ogrn=reading.result.ogrn,
        period_code=reading.result.period_code,
        findings=reading.result.findings,
        cell_maps=reading.result.cell_maps,
        cell_count=reading.result.cell_count,
    )
    return Reading(reading.waiting, result, [*reading.findings, *log.findings], reading.contract)


def _load(connection: Connection, readings: Sequence[Reading]) -> LoadSummary:
    if not readings:
        return LoadSummary()
    _copy_sections(connection, readings)
    _copy_cell_maps(connection, readings)
    _copy_personal(connection, readings)
    insert_findings(connection, [(r.waiting.submission_id, r.findings) for r in readings], reading_version())
    mark_read(connection, [_outcome(reading) for reading in readings], reading_version())
    attempts.finish(connection, [reading.waiting.submission_id for reading in readings])
    events.append(connection, [_read_event(reading) for reading in readings])
    severities = Counter(finding.severity for reading in readings for finding in reading.findings)
    return LoadSummary(
        read=len(readings),
        unreadable=sum(reading.result.unreadable for reading in readings),
        rows=sum(reading.row_count for reading in readings),
        cells=sum(reading.result.cell_count for reading in readings),
        critical=severities["critical"],
        warnings=severities["warning"],
    )


def _copy_sections(connection: Connection, readings: Sequence[Reading]) -> None:
    for section, holders in _by_section(readings):
        columns = ["submission_id", "row_no", *(field.name for field in section.raw_fields), "notes"]
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier("raw", section.table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for reading in holders:
                submission = reading.waiting.submission_id
                for row in reading.result.sections[section.name].rows:
                    copy.write_row((submission, *row))


def _by_section(readings: Sequence[Reading]) -> Iterator[tuple[Section, list[Reading]]]:
    """Sections of the forms of a chunk, each with the files that hold it; versions of a form have their
    own.
    """
    contracts = {(r.contract.code, r.contract.version): r.contract for r in readings if r.contract}
    for key, contract in sorted(contracts.items()):
        for section in contract.sections:
            holders = [
                r
                for r in readings
                if r.contract
                and (r.contract.code, r.contract.version) == key
                and r.result.sections.get(section.name)
                and r.result.sections[section.name].rows
            ]
            if holders:
                yield section, holders


def _copy_cell_maps(connection: Connection, readings: Sequence[Reading]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy ledger.cell_map (submission_id, section, layout, sheet, first_row, fields) from stdin"
        ) as copy,
    ):
        for reading in readings:
            for item in sorted(reading.result.cell_maps, key=lambda cell_map: cell_map.section):
                copy.write_row(
                    (
                        reading.waiting.submission_id,
                        item.section,
                        item.layout,
                        item.sheet,
                        item.first_row,
                        json.dumps(item.fields, ensure_ascii=False),
                    )
                )


def _copy_personal(connection: Connection, readings: Sequence[Reading]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy pii.responsible_specialist (submission_id, ogrn, full_name, phone) from stdin"
        ) as copy,
    ):
        for reading in readings:
            ogrn = reading.waiting.ogrn
            for section in reading.result.sections.values():
                # Nobody's folder has no organisation that the person could be responsible in.
                if ogrn is not None and section.personal and any(section.personal.values()):
                    copy.write_row(
                        (
                            reading.waiting.submission_id,
                            ogrn,
                            section.personal.get(PERSONAL_COLUMNS["full_name"]),
                            section.personal.get(PERSONAL_COLUMNS["phone"]),
                        )
                    )


def _outcome(reading: Reading) -> ReadOutcome:
    return ReadOutcome(
        submission_id=reading.waiting.submission_id,
        form_code=reading.result.form_code,
        form_version=reading.result.form_version,
        period_code=reading.result.period_code,
        row_count=reading.row_count,
        cell_count=reading.result.cell_count,
    )


def _read_event(reading: Reading) -> events.Event:
    severities = Counter(finding.severity for finding in reading.findings)
    return events.Event(
        "submission.read",
        str(reading.waiting.submission_id),
        {
            "form_code": reading.result.form_code,
            "period_code": reading.result.period_code,
            "rows": reading.row_count,
            "cells": reading.result.cell_count,
            "critical": severities["critical"],
            "warnings": severities["warning"],
            "unreadable": reading.result.unreadable,
            "reading_version": reading_version(),
        },
    )


def _sender(waiting: WaitingSubmission) -> Sender | None:
    if waiting.ogrn is None or waiting.kind is None or waiting.valid_from is None:
        return None
    return Sender(waiting.ogrn, waiting.kind, waiting.valid_from, waiting.valid_to)


def _folder(waiting: WaitingSubmission) -> str | None:
    """The folder inside the region, or the one beside the regions' folders that the file lies in."""
    first, *rest = waiting.source_uri.split("/")
    if first != waiting.region_code:
        return first if rest else None
    return rest[0] if len(rest) > 1 else None
