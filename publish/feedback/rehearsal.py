"""The protocol of a file that was checked before it is sent: the same pages, without a receipt."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from expectations.file_check import FileCheck
from expectations.registry import ruleset_version
from ingest.sources.regions import region
from publish.feedback.discretion import discreet
from publish.feedback.grouping import group_findings
from publish.feedback.pages import protocol_html
from publish.feedback.protocol import SEVERITIES, Protocol
from publish.feedback.source_sheets import source_sheets
from publish.feedback.subject import Subject, extension_reason, form_title
from publish.feedback.workbook import protocol_workbook
from publish.ledger_queries import Finding
from publish.packages import write_file

# Findings of a file without a submission.
_NOBODY = UUID(int=0)


def rehearsal_protocol(check: FileCheck) -> Protocol:
    """What the protocol of this file would say."""
    result, due = check.result, check.due
    subject = Subject(
        region_name=region(check.region_code).name_ru if check.region_code else "Регион не определён",
        timezone=check.timezone,
        ogrn=check.ogrn,
        organisation=check.sender.name_short if check.sender is not None else None,
        form_code=result.form_code,
        form_title=form_title(result.form_code),
        period_code=result.period_code,
        file_name=check.file_name,
        sha256=check.sha256,
        size_bytes=len(check.content),
        outcome=check.outcome,
        ruleset_version=ruleset_version(),
        decided_at=check.checked_at,
        due_on=due.due_on if due else None,
        grace_until=due.grace_until if due else None,
        closes_on=due.closes_on if due else None,
        extension=extension_reason(
            check.region_code, result.form_code, result.period_code, check.ogrn, due.due_on if due else None
        ),
        receipt=None,
        not_checked=check.not_checked,
    )
    return Protocol(subject, group_findings(_findings(check)))


def write_rehearsal(check: FileCheck, folder: Path) -> list[Path]:
    """Write the protocol into a folder, as HTML and, where there are findings, as XLSX; returns the paths."""
    protocol = rehearsal_protocol(check)
    stem = f"{Path(check.file_name).stem or 'file'}_protocol"
    paths = [folder / f"{stem}.html"]
    write_file(paths[0], protocol_html(protocol))
    if protocol.has_findings:
        sheets = source_sheets(
            check.content, check.result.form_code, check.result.cell_maps, _findings(check)
        )
        paths.append(folder / f"{stem}.xlsx")
        write_file(paths[1], protocol_workbook(protocol, sheets))
    return paths


def rehearsal_text(protocol: Protocol) -> str:
    """The protocol for a terminal."""
    lines = [f"{protocol.verdict} — {protocol.summary}."]
    if protocol.deadline:
        lines.append(protocol.deadline)
    lines += [f"{name}: {text}" for name, text in protocol.requisites]
    for severity, title in SEVERITIES.items():
        groups = protocol.groups_of(severity)
        if groups:
            lines += ["", title]
        for number, group in enumerate(groups, start=1):
            lines.append(f"{number}. {group.title} [{group.rule_id}]")
            for place in group.places:
                got = f" получено «{place.received}»" if place.received else ""
                want = f" ожидалось: {place.expected}" if place.expected else ""
                lines.append(f"   {place.where}.{got}{';' if got and want else ''}{want}")
            lines.append(f"   Как исправить: {group.hint}")
    lines += ["", "Что сделать", *(f"- {step}" for step in protocol.steps)]
    lines += ["", *protocol.subject.not_checked, protocol.requisites_note]
    return "\n".join(lines)


def _findings(check: FileCheck) -> list[Finding]:
    return discreet(
        Finding(
            submission_id=_NOBODY,
            rule_id=found.rule_id,
            severity=found.severity,
            category=found.category,
            source="reader" if found.rule_id.startswith("READ.") else "gx",
            sheet=found.sheet,
            cell=found.cell,
            field=found.field,
            received=found.received,
            expected=found.expected,
            message=found.message,
            hint=found.hint,
        )
        for found in check.findings
    )
