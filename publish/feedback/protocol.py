"""One protocol: the verdict, what to do, by when, and the findings grouped for one round of correction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from publish.ledger_queries import DecidedSubmission, Finding
from publish.numbers import format_date, plural

VERDICTS = {
    "accepted": "Отчёт принят",
    "accepted_with_warnings": "Отчёт принят с замечаниями",
    "rejected": "Отчёт не принят",
    "unreadable": "Файл не удалось прочитать",
}
ADVICE = {
    "accepted": "Ничего делать не нужно. Сохраните этот протокол: он подтверждает приём отчёта.",
    "accepted_with_warnings": (
        "Отчёт учтён. Проверьте отмеченные места: если это ошибка, "
        "исправьте её и пришлите отчёт целиком ещё раз."
    ),
    "rejected": (
        "Исправьте все критические замечания и пришлите отчёт целиком ещё раз. "
        "Пока исправленный отчёт не принят, отчёт считается не сданным."
    ),
    "unreadable": (
        "Возьмите действующий бланк, заполните его и пришлите обычным способом. Этот файл не учтён, "
        "отчёт считается не сданным."
    ),
}
SEVERITIES = {"critical": "Критические замечания", "warning": "Предупреждения"}


@dataclass(frozen=True)
class Place:
    """Where one thing was found and what stood there."""

    where: str
    received: str
    expected: str


@dataclass(frozen=True)
class FindingGroup:
    """Findings of one rule with the same words: said once, with all their places."""

    rule_id: str
    severity: str
    message: str
    hint: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Protocol:
    """Everything that the protocol of one submission says."""

    submission: DecidedSubmission
    groups: tuple[FindingGroup, ...]

    @property
    def verdict(self) -> str:
        """What became of the file, in three words."""
        return VERDICTS[self.submission.outcome]

    @property
    def advice(self) -> str:
        """What the submitter should do."""
        return ADVICE[self.submission.outcome]

    @property
    def deadline(self) -> str:
        """Until when a corrected report is taken, as of the decision; empty when nothing is due."""
        return _deadline(self.submission)

    @property
    def summary(self) -> str:
        """How many findings of each kind there are."""
        critical, warning = self.submission.critical_count, self.submission.warning_count
        parts = []
        if critical:
            noun = plural(critical, "критическое замечание", "критических замечания", "критических замечаний")
            parts.append(f"{critical} {noun}")
        if warning:
            parts.append(f"{warning} {plural(warning, 'предупреждение', 'предупреждения', 'предупреждений')}")
        return " и ".join(parts) if parts else "замечаний нет"

    def groups_of(self, severity: str) -> tuple[FindingGroup, ...]:
        """The groups of one severity."""
        return tuple(group for group in self.groups if group.severity == severity)


def local(moment: datetime, timezone: str) -> datetime:
    """A moment by the clock of the region."""
    return moment.astimezone(ZoneInfo(timezone))


def _deadline(submission: DecidedSubmission) -> str:
    if submission.outcome == "accepted" or submission.due_on is None or submission.closes_on is None:
        return ""
    decided = local(submission.decided_at, submission.timezone).date()
    due, closes = format_date(submission.due_on), format_date(submission.closes_on)
    if decided <= submission.due_on:
        return f"Срок сдачи — {due}. Исправленный отчёт, полученный в этот срок, считается сданным вовремя."
    if decided <= submission.closes_on:
        return f"Срок сдачи был {due}. Исправленный отчёт принимается до {closes} включительно."
    return (
        f"Приём по этой форме и периоду закрыт {closes}. "
        "Обратитесь к куратору отчётности в своём муниципалитете."
    )


def _place(finding: Finding) -> Place:
    where = finding.cell or ""
    if finding.sheet:
        where = f"лист «{finding.sheet}», {where}" if where else f"лист «{finding.sheet}»"
    return Place(where or "файл целиком", finding.received or "", finding.expected or "")


def group_findings(findings: list[Finding]) -> tuple[FindingGroup, ...]:
    """Group findings that say the same, keeping critical ones first and the order of the file within them."""
    ordered = sorted(findings, key=lambda f: (f.severity, f.rule_id, f.message, f.hint))
    groups = []
    for (severity, rule_id, message, hint), members in groupby(
        ordered, key=lambda f: (f.severity, f.rule_id, f.message, f.hint)
    ):
        groups.append(FindingGroup(rule_id, severity, message, hint, tuple(_place(f) for f in members)))
    return tuple(groups)


def file_stem(submission: DecidedSubmission) -> str:
    """The protocol's file name: form, period, submission, and a digest of what it says.

    A new decision or a further finding gives another name, so that a protocol once issued is never changed.
    """
    said = (
        str(submission.submission_id),
        submission.ruleset_version,
        submission.outcome,
        submission.findings_digest,
        str(submission.closes_on),
    )
    digest = hashlib.sha256("|".join(said).encode()).hexdigest()[:8]
    form = submission.form_code or "file"
    period = submission.period_code or local(submission.received_at, submission.timezone).strftime("%Y-%m-%d")
    return f"{form}_{period}_{str(submission.submission_id)[:8]}_{digest}"
