"""What is checked about a submission as it arrives: its sender, its form and its period against the
cyclogram.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ingest.calendar.cyclogram import Deadline, deadline, opened_by
from ingest.calendar.obligations import local_date
from ingest.forms.contract import FormContract
from ingest.readers.findings import FindingRecord
from ingest.readers.result import ReadResult, cell_address
from ingest.readers.rules import FindingLog, Spot
from ingest.sources.regions import region

# Said by the reader at the cell already: a second finding about the same period would only confuse.
_SAID_OF_PERIOD = frozenset({"READ.WRONG_PERIOD", "READ.NO_PERIOD", "READ.FORM_VERSION"})


@dataclass(frozen=True)
class Sender:
    """The organisation that a folder belongs to, as the registry describes it."""

    ogrn: str
    kind: str
    valid_from: date
    valid_to: date | None


def check_arrival(
    *,
    region_code: str,
    sender: Sender | None,
    folder: str | None,
    received_at: datetime,
    result: ReadResult,
    contract: FormContract | None,
) -> list[FindingRecord]:
    """Findings about the arrival; they depend on the file, the registry and the calendar only, not on the
    pull.
    """
    log = FindingLog()
    if sender is None:
        log.add("READ.UNKNOWN_SENDER", received=folder or "(вне папок)")
    elif result.unreadable or contract is None:
        pass  # the reader has said why
    elif not region(region_code).expects(sender.kind, contract.code):
        expected = ", ".join(region(region_code).forms_of(sender.kind)) or "ничего"
        log.add("READ.FORM_NOT_EXPECTED", received=contract.code, expected=expected)
    elif result.period_code is not None and not _SAID_OF_PERIOD & {f.rule_id for f in result.findings}:
        received_on = local_date(received_at, region(region_code).zone)
        due = deadline(contract.code, result.period_code, region_code, sender.ogrn)
        spot = _period_spot(result, contract)
        if (
            due is None
            or received_on < due.opens_on
            or not due.is_owed_by(sender.valid_from, sender.valid_to)
        ):
            log.add(
                "READ.WRONG_PERIOD",
                spot,
                received=result.period_code,
                expected=_expected_period(due, received_on, contract, region_code),
            )
        elif received_on > due.closes_on:
            log.add(
                "READ.AFTER_CLOSING",
                spot,
                received=result.period_code,
                expected=f"по {due.closes_on:%d.%m.%Y}",
            )
    return log.findings


def _expected_period(
    due: Deadline | None, received_on: date, contract: FormContract, region_code: str
) -> str:
    if due is not None and due.opens_on <= received_on:
        return "период, в котором организация действовала по реестру"
    opened = [item.period.code for item in opened_by(received_on, region_code, contract.code)]
    last = f", последний из них «{opened[-1]}»" if opened else ""
    later = f" (за «{due.period.code}» приём откроется {due.opens_on:%d.%m.%Y})" if due is not None else ""
    return f"период, за который приём уже открыт{last}{later}"


def _period_spot(result: ReadResult, contract: FormContract) -> Spot:
    stated = contract.role_field("period")
    if stated is None:
        return Spot()
    section, field = stated
    for item in result.cell_maps:
        if item.section == section.name and field.name in item.fields:
            cell = cell_address(item.layout, item.sheet, item.fields[field.name], 0)
            return Spot(section.name, item.sheet, cell, None, field.name, field.title)
    return Spot(section=section.name, field=field.name, title=field.title)
