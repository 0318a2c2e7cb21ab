"""A protocol and an organisation's list of protocols as self-contained HTML."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from publish.feedback.protocol import SEVERITIES, Protocol, file_stem, local
from publish.ledger_queries import DecidedSubmission
from publish.numbers import format_moment

TEMPLATES = Path(__file__).parent / "templates"
PLACES_SHOWN = 60


@dataclass(frozen=True)
class ProtocolLink:
    """One line of an organisation's list."""

    stem: str
    received: str
    form: str
    file_name: str
    verdict: str
    has_workbook: bool


@functools.cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def protocol_html(protocol: Protocol) -> bytes:
    """The protocol's page."""
    submission = protocol.submission

    def moment(value: datetime) -> str:
        return format_moment(local(value, submission.timezone))

    text: str = (
        _templates()
        .get_template("protocol.html.j2")
        .render(p=protocol, s=submission, moment=moment, severities=SEVERITIES, shown=PLACES_SHOWN)
    )
    return text.encode("utf-8")


def index_html(submissions: list[DecidedSubmission]) -> bytes:
    """The list of an organisation's protocols, the latest first."""
    first = submissions[0]
    rows = [
        ProtocolLink(
            stem=file_stem(s),
            received=format_moment(local(s.received_at, s.timezone)),
            form=" ".join(part for part in (s.form_code, s.period_code) if part) or "не определены",
            file_name=s.file_name,
            verdict=Protocol(s, ()).verdict,
            has_workbook=has_workbook(s),
        )
        for s in submissions
    ]
    organisation = first.organisation or "отправитель не определён"
    text: str = (
        _templates()
        .get_template("index.html.j2")
        .render(region=first.region_name, organisation=organisation, rows=rows)
    )
    return text.encode("utf-8")


def has_workbook(submission: DecidedSubmission) -> bool:
    """True when there is something to correct, so that a workbook with the cells is worth having."""
    return bool(submission.critical_count or submission.warning_count or submission.findings_digest)
