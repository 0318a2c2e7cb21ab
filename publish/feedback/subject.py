"""What a protocol is about: one file of one organisation, its receipt and the days that are set for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from ingest.periods import UnknownPeriodError, parse_period
from publish.ledger_queries import DecidedSubmission


@dataclass(frozen=True)
class Receipt:
    """Proof that a file was received: who received it as what, and when."""

    receipt_id: UUID
    submission_id: UUID
    received_at: datetime
    revision: int | None


@dataclass(frozen=True)
class Subject:
    """One file and what came of it. Without a receipt it was only checked and has not been sent.

    ``outcome`` is that of the decision. ``extension`` is the reason of a later deadline. ``not_checked``
    says what a check before sending leaves open. ``counts_until`` is the moment at which the period was
    closed, for what came after it.
    """

    region_name: str
    timezone: str
    ogrn: str | None
    organisation: str | None
    form_code: str | None
    form_title: str | None
    period_code: str | None
    file_name: str
    sha256: str
    size_bytes: int
    outcome: str
    ruleset_version: str
    decided_at: datetime
    due_on: date | None
    grace_until: date | None
    closes_on: date | None
    extension: str | None
    receipt: Receipt | None
    not_checked: tuple[str, ...] = ()
    counts_until: datetime | None = None

    @property
    def form(self) -> str:
        """The form as people call it: code and title."""
        if self.form_code is None:
            return "не определена"
        return f"{self.form_code} «{self.form_title}»" if self.form_title else self.form_code

    @property
    def period(self) -> str:
        """The reporting period in words, with its code."""
        if self.period_code is None:
            return "не определён"
        try:
            return f"{parse_period(self.period_code).title_ru} ({self.period_code})"
        except UnknownPeriodError:
            return self.period_code

    def local(self, moment: datetime) -> datetime:
        """A moment by the clock of the region."""
        return moment.astimezone(ZoneInfo(self.timezone))


def of_submission(submission: DecidedSubmission) -> Subject:
    """The subject of a decided submission."""
    return Subject(
        region_name=submission.region_name,
        timezone=submission.timezone,
        ogrn=submission.ogrn,
        organisation=submission.organisation,
        form_code=submission.form_code,
        form_title=form_title(submission.form_code),
        period_code=submission.period_code,
        file_name=submission.file_name,
        sha256=submission.sha256,
        size_bytes=submission.size_bytes,
        outcome=submission.outcome,
        ruleset_version=submission.ruleset_version,
        decided_at=submission.decided_at,
        due_on=submission.due_on,
        grace_until=submission.grace_until,
        closes_on=submission.closes_on,
        extension=extension_reason(
            submission.region_code,
            submission.form_code,
            submission.period_code,
            submission.ogrn,
            submission.due_on,
        ),
        receipt=Receipt(
            submission.receipt_id, submission.submission_id, submission.received_at, submission.revision
        ),
        counts_until=submission.counts_until,
    )


def form_title(form_code: str | None) -> str | None:
    """The title of a form by its newest contract; None for a form that is no longer known."""
    from ingest.forms.catalogue import load_contracts

    known = load_contracts().get(form_code or "")
    return known.title if known is not None else None


def extension_reason(
    region_code: str | None,
    form_code: str | None,
    period_code: str | None,
    ogrn: str | None,
    due_on: date | None,
) -> str | None:
    """Why the deadline is later than the cyclogram's; None where it is not."""
    from ingest.calendar.cyclogram import extensions
    from ingest.sources.regions import load_regions

    if region_code not in load_regions():
        return None
    for extension in extensions(region_code):
        if (extension.form, extension.period, extension.due_on) == (form_code, period_code, due_on) and (
            not extension.organisations or ogrn in extension.organisations
        ):
            return extension.reason
    return None
