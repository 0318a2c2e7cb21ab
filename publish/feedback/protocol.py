"""One protocol: the verdict, what is critical, what to do and till when, the receipt, the findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publish.agreement import agree
from publish.feedback.grouping import FindingGroup
from publish.feedback.subject import Subject
from publish.numbers import format_date, format_moment, format_number

VERDICTS = {
    "accepted": "Отчёт принят",
    "accepted_with_warnings": "Отчёт принят с замечаниями",
    "rejected": "Отчёт не принят",
    "unreadable": "Файл не удалось прочитать",
}
FORECASTS = {
    "accepted": "Файл можно отправлять: он будет принят",
    "accepted_with_warnings": "Файл будет принят с замечаниями",
    "rejected": "Файл не будет принят",
    "unreadable": "Файл не удалось прочитать",
}
STEPS = {
    "accepted": ("Ничего делать не нужно. Сохраните этот протокол: он подтверждает приём отчёта.",),
    "accepted_with_warnings": (
        "Отчёт принят. Посмотрите отмеченные места.",
        "Если это ошибка, исправьте её в своём файле и пришлите отчёт целиком ещё раз. "
        "Если всё верно, ничего делать не нужно.",
    ),
    "rejected": (
        "Откройте файл XLSX, который лежит рядом с этим протоколом: там копия ваших листов, неверные ячейки "
        "закрашены, а в примечании к ячейке сказано, что исправить.",
        "Исправьте все критические замечания в своём файле, не в копии.",
        "Пришлите отчёт целиком ещё раз тем же способом. Пока исправленный отчёт не принят, "
        "засчитывается прежний принятый за этот период, а если такого нет, отчёт считается не сданным.",
    ),
    "unreadable": (
        "Возьмите действующий бланк и заполните его.",
        "Пришлите его обычным способом. Этот файл не учтён; если принятого отчёта за период нет, "
        "он считается не сданным.",
    ),
}
FORECAST_STEPS = {
    "accepted": ("Пришлите файл обычным способом.",),
    "accepted_with_warnings": (
        "Посмотрите отмеченные места. Если это ошибка, исправьте её и проверьте файл ещё раз.",
        "Если всё верно, пришлите файл обычным способом.",
    ),
    "rejected": (
        "Исправьте все критические замечания в своём файле.",
        "Проверьте его ещё раз и пришлите обычным способом.",
    ),
    "unreadable": ("Возьмите действующий бланк, заполните его и проверьте ещё раз.",),
}
SEVERITIES = {"critical": "Критические замечания", "warning": "Предупреждения"}
RECEIPT_NOTE = (
    "Квитанция подтверждает, что получен именно этот файл: у любого другого файла контрольная сумма "
    "SHA-256 другая. Храните её вместе с отправленным файлом."
)
REHEARSAL_NOTE = "Это не квитанция: файл проверен до отправки и никуда не отправлен."


@dataclass(frozen=True)
class Protocol:
    """Everything that the protocol of one file says."""

    subject: Subject
    groups: tuple[FindingGroup, ...]

    @property
    def is_rehearsal(self) -> bool:
        """True for a file that was checked before it is sent."""
        return self.subject.receipt is None

    @property
    def outcome(self) -> str:
        """The outcome as the submitter meets it: rules over several forms may warn after the decision."""
        if self.subject.outcome == "accepted" and self.groups:
            return "accepted_with_warnings"
        return self.subject.outcome

    @property
    def verdict(self) -> str:
        """What became, or would become, of the file."""
        return (FORECASTS if self.is_rehearsal else VERDICTS)[self.outcome]

    @property
    def steps(self) -> tuple[str, ...]:
        """What the submitter should do, in order."""
        return (FORECAST_STEPS if self.is_rehearsal else STEPS)[self.outcome]

    @property
    def critical(self) -> tuple[FindingGroup, ...]:
        """The groups that keep the report from being accepted."""
        return self.groups_of("critical")

    @property
    def summary(self) -> str:
        """How many findings of each kind there are."""
        critical, warning = self._count("critical"), self._count("warning")
        parts = []
        if critical:
            noun = agree(critical, "критическое замечание")
            parts.append(f"{critical} {noun}")
        if warning:
            parts.append(f"{warning} {agree(warning, 'предупреждение')}")
        return " и ".join(parts) if parts else "замечаний нет"

    @property
    def deadline(self) -> str:
        """Until when a corrected report is taken, as of the decision; empty when nothing is due."""
        subject = self.subject
        if self.outcome == "accepted" or subject.due_on is None or subject.closes_on is None:
            return ""
        today = subject.local(subject.decided_at).date()
        due, closes = format_date(subject.due_on), format_date(subject.closes_on)
        report = "Отчёт" if self.is_rehearsal else "Исправленный отчёт"
        if today <= subject.due_on:
            text = f"Срок сдачи — {due}. {report}, полученный в этот срок, считается сданным вовремя."
        elif today <= subject.closes_on:
            text = f"Срок сдачи был {due}. {report} принимается до {closes} включительно."
            if subject.grace_until is not None and today <= subject.grace_until:
                text += f" Постарайтесь успеть до {format_date(subject.grace_until)}: это льготные дни."
        else:
            text = (
                f"Приём по этой форме и периоду закрыт {closes}. "
                "Обратитесь к куратору отчётности по этой форме."
            )
        return f"{text} Срок продлён: {subject.extension}." if subject.extension else text

    @property
    def after_closing(self) -> str:
        """What becomes of a report that came when its period had been closed; empty for any other."""
        closed = self.subject.counts_until
        if closed is None:
            return ""
        day = format_date(self.subject.local(closed).date())
        text = f"После закрытия: период закрыт {day}, отчёт получен позже."
        if self.subject.outcome in {"rejected", "unreadable"}:
            return f"{text} Исправленный отчёт будет проверен и войдёт в показатели со следующим выпуском."
        return f"{text} Он проверен и хранится, в показатели войдёт со следующим выпуском."

    @property
    def timeliness(self) -> str:
        """Whether the file came in time, by the clock of the region; empty where no day is set."""
        subject, receipt = self.subject, self.subject.receipt
        if receipt is None or subject.due_on is None:
            return ""
        late = (subject.local(receipt.received_at).date() - subject.due_on).days
        due = f"срок — {format_date(subject.due_on)}"
        if late <= 0:
            return f"получен в срок ({due})"
        return f"получен с опозданием на {late} {agree(late, 'день')} ({due})"

    @property
    def requisites(self) -> tuple[tuple[str, str], ...]:
        """The receipt line by line; for a check before sending, the file without a receipt."""
        subject = self.subject
        lines = [
            ("Организация", subject.organisation or "не определена"),
            ("ОГРН", subject.ogrn or "не определён"),
            ("Форма", subject.form),
            ("Период", subject.period),
            ("Файл", subject.file_name),
            ("Размер файла, байт", format_number(subject.size_bytes)),
            ("SHA-256 файла", subject.sha256),
        ]
        receipt = subject.receipt
        if receipt is not None:
            lines += [
                ("Получен", f"{self._moment(receipt.received_at)} (время региона)"),
                *([("Своевременность", self.timeliness)] if self.timeliness else []),
                *([("После закрытия", self.after_closing)] if self.after_closing else []),
                ("Номер версии отчёта", str(receipt.revision or "не присвоен")),
                ("Номер квитанции", str(receipt.receipt_id)),
                ("Номер отчёта", str(receipt.submission_id)),
            ]
        lines.append(("Проверен", f"{self._moment(subject.decided_at)}, правила {subject.ruleset_version}"))
        return tuple(lines)

    @property
    def requisites_title(self) -> str:
        """What the lines above are."""
        return "О файле" if self.is_rehearsal else "Квитанция о приёме"

    @property
    def requisites_note(self) -> str:
        """What the lines above are good for."""
        return REHEARSAL_NOTE if self.is_rehearsal else RECEIPT_NOTE

    @property
    def has_findings(self) -> bool:
        """True when there is something to look at, so that a workbook with the cells is worth having."""
        return bool(self.groups)

    def groups_of(self, severity: str) -> tuple[FindingGroup, ...]:
        """The groups of one severity."""
        return tuple(group for group in self.groups if group.severity == severity)

    def _count(self, severity: str) -> int:
        return sum(group.count for group in self.groups_of(severity))

    def _moment(self, moment: datetime) -> str:
        return format_moment(self.subject.local(moment))
