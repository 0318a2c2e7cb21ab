"""A decided submission whose findings change gets another protocol; the earlier one is kept and recorded."""

from __future__ import annotations

import hashlib
import io
import shutil
from pathlib import Path

from openpyxl import load_workbook
from test_publish_feedback import RULES, SCHOOL, SHA, ledger, protocols, submit

from ingest import landing
from publish.feedback import write_feedback
from tests.bad_files.surgery import s3
from warehouse.connection import connect
from warehouse.settings import Settings

__all__ = ["ledger"]  # the fixture of the neighbouring module


def add_warning(number: int, received: str) -> None:
    """What a rule over several forms finds after the decision, or finds anew in other words."""
    with connect("owner") as connection:
        connection.execute("delete from ledger.finding where source = 'dbt'")
        connection.execute(
            "insert into ledger.finding values"
            " (%s, %s, %s, 'dbt', 'S1.CROSS.JUMP', 'warning', 'plausibility',"
            " 'by_grade', 'Контингент', 'B4', 4, 'students', %s, 'около 120',"
            " 'Обучающихся намного больше, чем год назад.', 'Проверьте число.')",
            [moment_id(number), submission_id(number), RULES, received],
        )


def moment_id(number: int) -> str:
    return f"00000000-0000-0000-0000-0000000001{number:02d}"


def submission_id(number: int) -> str:
    return f"00000000-0000-0000-0000-00000000{2000 + number:04x}"


def recorded() -> dict[str, str]:
    """Name and hash of every protocol that some release has recorded with an event."""
    with connect("auditor") as connection:
        return dict(
            connection.execute(
                "select f.file_name, f.sha256 from ledger.release_file as f"
                " join ledger.release as r on r.release_id = f.release_id and r.kind = 'feedback'"
                " join ledger.event as e on e.subject = r.release_id and e.kind = 'release.created'"
            ).fetchall()
        )


def folder(settings: Settings) -> Path:
    return settings.feedback_dir / "chelyabinsk" / SCHOOL


def pages(settings: Settings) -> list[Path]:
    return [path for path in protocols(settings) if path.suffix == ".html"]


def hashes(paths: list[Path]) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_later_warnings_replace_the_protocol_and_the_earlier_one_is_kept(ledger: Settings) -> None:
    submit(2, "accepted", decided="2025-10-12T10:00:00+05:00")
    assert write_feedback() == 1
    (first,) = pages(ledger)
    issued = first.read_bytes()
    assert "Отчёт принят</strong>" in issued.decode()

    add_warning(2, "240")
    assert write_feedback() == 1
    (second,) = pages(ledger)
    text = second.read_text(encoding="utf-8")
    assert "Отчёт принят с замечаниями" in text
    assert "1 предупреждение" in text
    assert "240" in text
    assert "Ничего делать не нужно. Сохраните" not in text
    assert second.with_suffix(".xlsx").is_file()
    kept = folder(ledger) / "earlier" / first.name
    assert kept.read_bytes() == issued
    index = (folder(ledger) / "index.html").read_text(encoding="utf-8")
    assert f"earlier/{first.name}" in index
    assert "Отчёт принят с замечаниями" in index
    assert hashes([kept, *protocols(ledger)]) == set(recorded().values())


def test_protocol_follows_the_words_of_a_finding_not_only_its_place(ledger: Settings) -> None:
    """The same rule at the same cell has the same identifier, whatever it has to say this time."""
    submit(2, "accepted", decided="2025-10-12T10:00:00+05:00")
    add_warning(2, "240")
    write_feedback()
    add_warning(2, "360")
    assert write_feedback() == 1
    (page,) = pages(ledger)
    assert "360" in page.read_text(encoding="utf-8")
    assert "240" not in page.read_text(encoding="utf-8")
    assert write_feedback() == 0


def test_a_later_deadline_is_told(ledger: Settings) -> None:
    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    with connect("owner") as connection:
        connection.execute("update ledger.obligation set due_on = '2025-10-20', grace_until = '2025-10-23'")
    assert write_feedback() == 1
    assert "Срок сдачи — 20.10.2025." in pages(ledger)[0].read_text(encoding="utf-8")


def test_batch_that_was_killed_before_its_record_is_written_again(ledger: Settings) -> None:
    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    before = {path.name: path.read_bytes() for path in protocols(ledger)}
    with connect("owner") as connection:
        connection.execute("delete from ledger.release_file")
        connection.execute("delete from ledger.release")
    assert write_feedback() == 1
    assert {path.name: path.read_bytes() for path in protocols(ledger)} == before
    assert {Path(name).name for name in recorded()} == set(before)


def test_protocol_that_was_deleted_is_written_again(ledger: Settings) -> None:
    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    before = {path.name: path.read_bytes() for path in protocols(ledger)}
    next(path for path in protocols(ledger) if path.suffix == ".xlsx").unlink()
    assert write_feedback() == 1
    assert {path.name: path.read_bytes() for path in protocols(ledger)} == before


def test_receipt_proves_what_was_received_when_and_as_what(ledger: Settings) -> None:
    submit(2, "accepted", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    text = pages(ledger)[0].read_text(encoding="utf-8")
    receipt = text[text.index("Квитанция о приёме") :]
    for fact in (
        "паспорт 2.xlsx",
        SHA,
        "Размер файла, байт",
        "10.10.2025\u00a012:00 (время региона)",
        "получен в срок (срок — 15.10.2025)",
        "S1 «Паспорт общеобразовательной организации»",
        "2025/26 учебный год (2025-2026)",
        SCHOOL,
        submission_id(2),
        "00000000-0000-0000-0000-0000000003ea",
    ):
        assert fact in receipt, fact


def test_workbook_has_the_sheets_of_the_landed_file(ledger: Settings) -> None:
    content = s3({"participants_total": "много"})
    stored = landing.store(io.BytesIO(content))
    try:
        submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
        with connect("owner") as connection:
            connection.execute("insert into ledger.blob values (%s, 10, now())", [stored.sha256])
            connection.execute("update ledger.submission set sha256 = %s", [stored.sha256])
            connection.execute("update ledger.finding set sheet = 'Мероприятия'")
        write_feedback()
        book = load_workbook(next(path for path in protocols(ledger) if path.suffix == ".xlsx"))
        assert book.sheetnames == ["Протокол", "Замечания", "Мероприятия"]
        assert "Итог не равен сумме." in book["Мероприятия"]["B10"].comment.text
        assert "Ориентир" in str(book["Мероприятия"]["B10"].comment.author)
    finally:
        shutil.rmtree(ledger.landing_dir, ignore_errors=True)
