"""From a submission to the cell that a value came from, and to the value itself, read again from the landed
file.

The marts say which submissions an indicator was counted from; here each of their values is followed to its
file, sheet and cell, read once more, and compared with what the raw table holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

from psycopg import Connection, sql

from ingest import landing
from ingest.forms.contract import Field, Section
from ingest.forms.versions import earlier_names, first_version_with
from ingest.loading import contract_of
from ingest.readers.result import CellMap, ExpectedSender, ReadResult, cell_address
from warehouse.connection import connect


class TraceError(LookupError):
    """There is no such submission, section or field, or it may not be shown; the message says which."""


@dataclass(frozen=True, order=True)
class ValueAddress:
    """A value in the raw tables. ``row_no`` None stands for all rows of the section."""

    submission_id: UUID
    section: str
    field: str
    row_no: int | None = None


@dataclass(frozen=True)
class Origin:
    """The file that a submission came in and what was decided about it."""

    submission_id: UUID
    region_code: str
    ogrn: str | None
    organisation: str | None
    form_code: str | None
    form_version: str | None
    period_code: str | None
    revision: int | None
    outcome: str | None
    received_at: datetime
    channel: str
    source_uri: str
    file_name: str
    sha256: str

    @property
    def landed_at(self) -> Path:
        """Where the bytes lie in the landing store."""
        return landing.blob_path(self.sha256)


@dataclass(frozen=True)
class CellTrace:
    """One value with its cell. ``received`` is the value as the form prints it, or the text that was no
    value.

    ``agrees`` is False when the raw table holds another value than the file, which must never be.
    """

    origin: Origin
    section: str
    section_title: str
    field: str
    field_title: str
    unit: str | None
    row_no: int
    sheet: str | None
    cell: str
    received: str | None
    value: object
    stored: object
    agrees: bool


# Section and field of an address in the version of the form that was filled in.
Place = tuple[Section, Field | None]
# Values by row of a column of a raw table and a submission.
Stored = dict[tuple[str, str, UUID], dict[int, object]]

_ORIGIN = """
    select
        s.submission_id, s.region_code, s.ogrn, o.name_short, s.form_code, s.form_version, s.period_code,
        v.revision, d.outcome, s.received_at, r.channel, r.source_uri, r.file_name, s.sha256
    from ledger.submission as s
    join ledger.receipt as r using (receipt_id)
    left join ledger.organisation as o on o.ogrn = s.ogrn
    -- The view numbers the revisions of all submissions; asked inside, those of one organisation, form and
    -- period. Without the offset the planner would join it from outside again.
    left join lateral (
        select r.revision from ledger.submission_revision as r
        where r.region_code = s.region_code and r.ogrn = s.ogrn and r.form_code = s.form_code
            and r.period_code = s.period_code and r.submission_id = s.submission_id
        offset 0
    ) as v on true
    left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current
    where s.submission_id = any(%s)
"""


def submission_id(beginning: str) -> UUID:
    """The submission of an id or of an id's unmistakable beginning.

    Raises TraceError, which names the candidates when there are several.
    """
    with connect("auditor") as connection:
        found = connection.execute(
            "select submission_id, form_code, period_code, ogrn from ledger.submission"
            " where starts_with(submission_id::text, %s) order by submission_id limit 4",
            [beginning.lower()],
        ).fetchall()
    if not found:
        raise TraceError(f"the ledger has no submission that begins with {beginning!r}")
    if len(found) > 1:
        named = "; ".join(" ".join(str(part) for part in row if part is not None) for row in found[:3])
        more = " and others" if len(found) > 3 else ""
        raise TraceError(f"{beginning!r} may be any of {named}{more}: write more of it")
    return UUID(str(found[0][0]))


def trace_origins(submissions: Iterable[UUID], connection: Connection | None = None) -> list[Origin]:
    """The files of submissions, in the order of organisation, form, period and receipt. Raises TraceError.

    `connection` is one of the auditor's; by default a new one.
    """
    with nullcontext(connection) if connection else connect("auditor") as reading:
        origins = _origins(reading, list(submissions))
    return sorted(
        origins.values(),
        key=lambda o: (o.region_code, o.ogrn or "", o.form_code or "", o.period_code or "", o.received_at),
    )


def trace_values(addresses: Iterable[ValueAddress]) -> list[CellTrace]:
    """Follow values to their cells; every file is read once. In the order of submission, section, row and
    field.

    Raises TraceError for what does not exist or is personal data, LandingError when the file is gone.
    """
    return in_order(trace for traces in values_at(addresses).values() for trace in traces)


def in_order(traces: Iterable[CellTrace]) -> list[CellTrace]:
    """Cells in the order of submission, section, row and field."""
    return sorted(traces, key=lambda t: (t.origin.submission_id, t.section, t.row_no, t.field))


def values_at(addresses: Iterable[ValueAddress]) -> dict[ValueAddress, list[CellTrace]]:
    """The cells of each address: none where an earlier version of the form did not ask for it.

    However many figures look at a file, it is read once, and so is a raw table. Raises as trace_values does.
    """
    wanted = sorted(set(addresses), key=lambda a: (a.submission_id, a.section, a.field, a.row_no or -1))
    with connect("auditor") as connection:
        origins = _origins(connection, sorted({address.submission_id for address in wanted}))
        places = {address: _place(origins[address.submission_id], address) for address in wanted}
        stored = _stored(connection, places)
    found: dict[ValueAddress, list[CellTrace]] = {}
    for submission, group in groupby(wanted, key=lambda address: address.submission_id):
        origin = origins[submission]
        result = _read_again(origin)
        for address in group:
            found[address] = _trace(origin, result, address, places[address], stored)
    return found


def _origins(connection: Connection, submissions: Sequence[UUID]) -> dict[UUID, Origin]:
    rows = connection.execute(_ORIGIN, [list(submissions)]).fetchall()
    origins = {row[0]: Origin(*row) for row in rows}
    for submission in submissions:
        if submission not in origins:
            raise TraceError(f"there is no submission {submission} in the ledger")
    return origins


def _read_again(origin: Origin) -> ReadResult:
    from ingest.readers.read import read_submission_file

    landing.verify_blob(origin.sha256)
    return read_submission_file(
        origin.landed_at,
        file_name=origin.file_name,
        expected=ExpectedSender(origin.region_code, origin.ogrn),
    )


def _trace(
    origin: Origin, result: ReadResult, address: ValueAddress, place: Place, stored: Stored
) -> list[CellTrace]:
    section, field = place
    if field is None:
        return []
    held = result.sections.get(section.name)
    cell_map = next((item for item in result.cell_maps if item.section == section.name), None)
    if held is None or cell_map is None:
        return []
    rows = [row for row in held.rows if address.row_no is None or row[0] == address.row_no]
    own = stored.get((section.table, field.name, origin.submission_id), {})
    return [_cell_trace(origin, section, field, cell_map, row=row, stored=own) for row in rows]


def _cell_trace(
    origin: Origin,
    section: Section,
    field: Field,
    cell_map: CellMap,
    *,
    row: Sequence[object],
    stored: Mapping[int, object],
) -> CellTrace:
    row_no, value = row[0], row[section.raw_fields.index(field) + 1]
    if not isinstance(row_no, int):
        raise TypeError(f"row number {row_no!r} of {section.table} is not a number")
    return CellTrace(
        origin=origin,
        section=section.name,
        section_title=section.title,
        field=field.name,
        field_title=field.title,
        unit=field.unit,
        row_no=row_no,
        sheet=cell_map.sheet,
        cell=cell_address(cell_map.layout, cell_map.sheet, cell_map.fields.get(field.name, ""), row_no),
        received=_as_received(field, value, row[-1]),
        value=value,
        stored=stored.get(row_no),
        agrees=row_no in stored and stored[row_no] == value,
    )


def _place(origin: Origin, address: ValueAddress) -> Place:
    """Section and field in the version that was filled in; no field where only later ones ask for it."""
    contract = contract_of(origin.form_code, origin.form_version)
    if contract is None:
        raise TraceError(f"submission {origin.submission_id} ({origin.source_uri}) is of no known form")
    names = (address.field, *earlier_names(contract.code, address.section, address.field))
    try:
        section = contract.section(address.section)
        field = next((f for f in section.fields if f.name in names), None)
        if field is None:
            first_version_with(contract.code, address.section, address.field)
            return section, None
    except KeyError as error:
        raise TraceError(
            f"form {contract.code} {contract.version} has no {address.section}.{address.field}"
        ) from error
    if field.personal:
        raise TraceError(
            f"{contract.code}: {address.section}.{address.field} is personal data and is not shown"
        )
    return section, field


def _stored(connection: Connection, places: Mapping[ValueAddress, Place]) -> Stored:
    """What the raw tables hold: one question for each column."""
    columns: dict[tuple[str, str], set[UUID]] = {}
    for address, (section, field) in places.items():
        if field is not None:
            columns.setdefault((section.table, field.name), set()).add(address.submission_id)
    stored: Stored = {}
    for (table, name), submissions in columns.items():
        query = sql.SQL("select submission_id, row_no, {} from {} where submission_id = any(%s)")
        asked = query.format(sql.Identifier(name), sql.Identifier("raw", table))
        for submission, row_no, value in connection.execute(asked, [sorted(submissions)]):
            stored.setdefault((table, name, submission), {})[row_no] = value
    return stored


def _as_received(field: Field, value: object, notes: object) -> str | None:
    """The value in the words of the form; for what was no value, the text that stood there."""
    if value is None:
        note = json.loads(notes).get(field.name, {}) if isinstance(notes, str) else {}
        text = note.get("text")
        return None if text is None else str(text)
    code = str(value).lower() if isinstance(value, bool) else str(value)
    for printed, stored in field.codes.items():
        if stored == code:
            return printed
    return f"{value:%d.%m.%Y}" if isinstance(value, date) else str(value)
