"""A protocol and an organisation's list of protocols as self-contained HTML."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publish.feedback.protocol import SEVERITIES, VERDICTS, Protocol
from publish.feedback.subject import of_submission
from publish.feedback.versions import EARLIER, file_stem
from publish.ledger_queries import DecidedSubmission
from publish.numbers import format_moment

TEMPLATES = Path(__file__).parent / "templates"
PLACES_SHOWN = 60
CRITICAL_SHOWN = 12


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
def _template(name: str) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def protocol_html(protocol: Protocol) -> bytes:
    """The protocol's page."""
    text: str = _template("protocol.html.j2").render(
        p=protocol, s=protocol.subject, severities=SEVERITIES, shown=PLACES_SHOWN, most=CRITICAL_SHOWN
    )
    return text.encode("utf-8")


def index_html(submissions: Sequence[DecidedSubmission], earlier: Sequence[str]) -> bytes:
    """The list of an organisation's protocols, the latest first, and of those that were replaced."""
    first = submissions[0]
    rows = [
        ProtocolLink(
            stem=file_stem(s),
            received=format_moment(of_submission(s).local(s.received_at)),
            form=" ".join(part for part in (s.form_code, s.period_code) if part) or "не определены",
            file_name=s.file_name,
            verdict=_verdict(s),
            has_workbook=has_workbook(s),
        )
        for s in submissions
    ]
    organisation = first.organisation or "отправитель не определён"
    text: str = _template("index.html.j2").render(
        region=first.region_name, organisation=organisation, rows=rows, earlier=earlier, folder=EARLIER
    )
    return text.encode("utf-8")


def has_workbook(submission: DecidedSubmission) -> bool:
    """True when there is something to correct, so that a workbook with the cells is worth having."""
    return bool(submission.findings_digest)


def _verdict(submission: DecidedSubmission) -> str:
    outcome = submission.outcome
    if outcome == "accepted" and submission.findings_digest:
        outcome = "accepted_with_warnings"
    return VERDICTS[outcome] + (", после закрытия периода" if submission.counts_until else "")
