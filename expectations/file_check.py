"""One file checked before it is sent: the reader, the arrival and the rules, without the warehouse.

The verdict is the one that the warehouse would give if the file arrived now. What needs other submissions
(rules over several forms, equal files of two organisations) cannot be asked and is said to be left open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from expectations.decision import Outcome, outcome_of
from expectations.local_run import local_findings, region_rules, registry_rules
from expectations.local_store import LocalSubmission
from expectations.older_versions import in_newest
from expectations.registry import Rule, rule_book
from ingest.arrival import Sender, check_arrival
from ingest.calendar.cyclogram import Deadline, deadline
from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import FormContract
from ingest.ledger.identity import NS
from ingest.loading import contract_of
from ingest.readers.findings import FindingRecord
from ingest.readers.read import read_submission_file
from ingest.readers.result import CellMap, ExpectedSender, ReadResult
from ingest.sources.regions import load_regions, region
from ingest.sources.registry import Organisation
from ingest.sources.registry_files import listed_organisations
from warehouse import clock

AFTER_SENDING = (
    "Сверка с другими формами, с прошлыми отчётами и с отчётами других организаций делается после отправки; "
    "она может добавить предупреждения, но не отменит приём."
)
NO_REGISTRY = (
    "На этом компьютере нет реестра организаций: ИНН, ОКТМО и другие сведения с реестром не сверены."
)
NO_REGION = (
    "Регион не определён: срок сдачи и правила, которые зависят от региона, не проверены. "
    "Назовите регион: --region КОД."
)


class UnknownSenderError(LookupError):
    """The registry does not know the organisation whose file is to be checked."""


@dataclass(frozen=True)
class FileCheck:
    """What would come of the file. ``ogrn`` is the sender's; ``not_checked`` says in Russian what is open."""

    file_name: str
    content: bytes
    sha256: str
    result: ReadResult
    contract: FormContract | None
    ogrn: str | None
    sender: Organisation | None
    region_code: str | None
    timezone: str
    checked_at: datetime
    due: Deadline | None
    findings: tuple[FindingRecord, ...]
    outcome: Outcome
    not_checked: tuple[str, ...]

    def count(self, severity: str) -> int:
        """How many findings there are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def check_file(
    content: bytes, *, file_name: str, ogrn: str | None = None, region_code: str | None = None
) -> FileCheck:
    """Check a file as if it arrived now from the organisation ``ogrn`` (default: the one that it names).

    Raises UnknownSenderError for an ОГРН that the registry lacks, RegionError for an unknown region.
    """
    organisations = listed_organisations()
    if region_code is not None:
        region(region_code)
    if ogrn is not None and organisations and ogrn not in organisations:
        raise UnknownSenderError(f"в реестре организаций нет ОГРН {ogrn}: проверьте номер")
    result = read_submission_file(
        content, file_name=file_name, expected=ExpectedSender(region_code or "", ogrn)
    )
    contract = contract_of(result.form_code, result.form_version)
    sender = organisations.get(ogrn or result.ogrn or "")
    place = sender.region_code if sender is not None else region_code
    timezone = region(place).timezone if place else next(iter(load_regions().values())).timezone
    now = clock.now()
    findings = [*result.findings, *_arrival(sender, bool(organisations), result, contract, now)]
    sha256 = hashlib.sha256(content).hexdigest()
    can_be_asked = contract is not None and result.period_code is not None and not result.unreadable
    if contract is not None and result.period_code is not None and can_be_asked:
        newest = load_contracts()[contract.code]
        sections, cell_maps = in_newest(contract, newest, result.sections, result.cell_maps)
        submission = LocalSubmission(
            submission_id=uuid5(NS, f"check|{sha256}"),
            region_code=place,
            sender_ogrn=ogrn or result.ogrn,
            period_code=result.period_code,
            received_on=now.astimezone(ZoneInfo(timezone)).date(),
            sections=sections,
            cell_maps=cell_maps,
            is_broken=any(f.severity == "critical" and f.category == "structure" for f in findings),
        )
        findings += _of_rules(contract.code, submission, organisations)
    unique = tuple(sorted(set(findings), key=_order))
    critical = sum(finding.severity == "critical" for finding in unique)
    identified = result.form_code is not None and result.period_code is not None
    return FileCheck(
        file_name=file_name,
        content=content,
        sha256=sha256,
        result=result,
        contract=contract,
        ogrn=ogrn or result.ogrn,
        sender=sender,
        region_code=place,
        timezone=timezone,
        checked_at=now,
        due=_deadline(result, place, ogrn or result.ogrn),
        findings=unique,
        outcome=outcome_of(critical, len(unique) - critical) if identified else "unreadable",
        not_checked=_open_questions(bool(organisations), place, can_be_asked),
    )


def _arrival(
    sender: Organisation | None,
    has_registry: bool,
    result: ReadResult,
    contract: FormContract | None,
    now: datetime,
) -> list[FindingRecord]:
    if sender is not None:
        return check_arrival(
            region_code=sender.region_code,
            sender=Sender(sender.ogrn, sender.kind, sender.valid_from, sender.valid_to),
            folder=None,
            received_at=now,
            result=result,
            contract=contract,
        )
    if not has_registry or result.ogrn is None or contract is None:
        return []
    return [_not_registered(result, contract)]


def _not_registered(result: ReadResult, contract: FormContract) -> FindingRecord:
    """Whoever sends the file, its ОГРН will not be the sender's: the registry has no such organisation."""
    stated = contract.role_field("organisation")
    section, name = (stated[0].name, stated[1].name) if stated else (None, None)
    held: CellMap | None = next((item for item in result.cell_maps if item.section == section), None)
    return FindingRecord(
        rule_id="READ.WRONG_ORG",
        severity="critical",
        category="consistency",
        section=section,
        sheet=held.sheet if held else None,
        cell=held.fields.get(name or "") if held else None,
        row_no=None,
        field=name,
        received=result.ogrn,
        expected="ОГРН организации из реестра",
        message=f"ОГРН {result.ogrn} нет в реестре организаций: отчёт с таким ОГРН не примут.",
        hint="Перепишите ОГРН с печати организации или из выписки ЕГРЮЛ; чаще всего пропущена цифра.",
    )


def _of_rules(
    form_code: str, submission: LocalSubmission, organisations: Mapping[str, Organisation]
) -> list[FindingRecord]:
    book = rule_book(form_code)
    unasked: list[Rule] = []
    if not organisations:
        unasked += registry_rules(book)
    if submission.region_code is None:
        unasked += region_rules(book)
    found: dict[UUID, list[FindingRecord]] = local_findings(
        load_contracts()[form_code], [submission], organisations, unasked
    )
    return found.get(submission.submission_id, [])


def _deadline(result: ReadResult, region_code: str | None, ogrn: str | None) -> Deadline | None:
    if result.form_code is None or result.period_code is None or region_code is None:
        return None
    return deadline(result.form_code, result.period_code, region_code, ogrn)


def _open_questions(has_registry: bool, region_code: str | None, were_asked: bool) -> tuple[str, ...]:
    if not were_asked:
        return ()
    said = [AFTER_SENDING]
    if not has_registry:
        said.append(NO_REGISTRY)
    if region_code is None:
        said.append(NO_REGION)
    return tuple(said)


def _order(finding: FindingRecord) -> tuple[object, ...]:
    return (
        finding.severity,
        finding.rule_id,
        finding.sheet or "",
        finding.row_no or 0,
        len(finding.cell or ""),
        finding.cell or "",
        finding.field or "",
        finding.message,
    )
