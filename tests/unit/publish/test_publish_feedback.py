"""Protocols: the verdict, what to do, until when, the cells; each written once."""

from __future__ import annotations

import io
import json
import re
import uuid
from datetime import datetime
from pathlib import Path

import pytest
from page_requests import external_requests, links

from warehouse.settings import Settings

SCHOOL, OTHER = "1997410000014", "1997410000025"
SHA = "ab" * 32
RULES = "0123456789ab"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def ledger(clean_db: Settings) -> Settings:
    """Two schools of one region: a rejected report, an accepted one, and a file that could not be read."""
    import shutil

    from warehouse.connection import connect

    shutil.rmtree(clean_db.feedback_dir, ignore_errors=True)
    with connect("owner") as connection:
        connection.execute(
            "insert into ledger.region values ('chelyabinsk', 'Челябинская область', 'Asia/Yekaterinburg')"
        )
        connection.execute(
            "insert into ledger.registry_version values ('reg', 'chelyabinsk', 'registry.csv', now())"
        )
        connection.execute("insert into ledger.blob values (%s, 10, now())", [SHA])
        for ogrn, name in ((SCHOOL, "МАОУ СОШ № 1 <Центр>"), (OTHER, "МАОУ СОШ № 2")):
            connection.execute(
                "insert into ledger.organisation values"
                " (%(ogrn)s, 'chelyabinsk', 'school', '7400000000', %(name)s, %(name)s,"
                " '75701000', '75701310', true, true, %(ogrn)s, '2020-01-01', null, 'reg')",
                {"ogrn": ogrn, "name": name},
            )
        connection.execute(
            "insert into ledger.obligation values (%s, 'S1', '2025-2026', 'chelyabinsk',"
            " '2025-09-20', '2025-10-15', '2025-10-18', '2025-11-29')",
            [SCHOOL],
        )
    return clean_db


def submit(
    number: int, outcome: str, ogrn: str = SCHOOL, *, form: str | None = "S1", decided: str
) -> uuid.UUID:
    """One decided submission; a rejected one has two findings of one rule and a third like a formula."""
    from warehouse.connection import connect

    receipt, submission = uuid.UUID(int=1000 + number), uuid.UUID(int=2000 + number)
    received = moment("2025-10-10T12:00:00+05:00")
    with connect("owner") as connection:
        connection.execute(
            "insert into ledger.receipt values (%s, 'chelyabinsk', 'folder', %s, %s, %s, %s, %s, %s)",
            [receipt, f"{ogrn}/{number}.xlsx", f"паспорт {number}.xlsx", ogrn, SHA, received, received],
        )
        connection.execute(
            "insert into ledger.submission values"
            " (%s, %s, 'chelyabinsk', %s, %s, '1.0.0', %s, %s, %s, 'decided')",
            [submission, receipt, ogrn if form else None, form, "2025-2026" if form else None, SHA, received],
        )
        findings = []
        if outcome == "rejected":
            findings = [
                ("S1.SUM", "critical", "Контингент", "B10", "120", "119", "Итог не равен сумме."),
                ("S1.SUM", "critical", "Контингент", "C10", "7", "6", "Итог не равен сумме."),
                (
                    "S1.NAME",
                    "warning",
                    "Паспорт",
                    "B6",
                    '=HYPERLINK("http://x")',
                    "текст",
                    "Похоже на формулу.",
                ),
            ]
        critical = sum(1 for finding in findings if finding[1] == "critical")
        connection.execute(
            "insert into ledger.decision values (%s, %s, %s, %s, %s, %s, true)",
            [submission, RULES, outcome, critical, len(findings) - critical, moment(decided)],
        )
        for rule_id, severity, sheet, cell, received_text, expected, message in findings:
            connection.execute(
                "insert into ledger.finding values"
                " (%s, %s, %s, 'gx', %s, %s, 'arithmetic', 'by_grade', %s, %s, 10, 'students',"
                " %s, %s, %s, 'Сложите классы заново.')",
                [
                    uuid.uuid5(submission, cell), submission, RULES, rule_id, severity, sheet, cell,
                    received_text, expected, message,
                ],
            )  # fmt: skip
    return submission


def protocols(settings: Settings, ogrn: str = SCHOOL) -> list[Path]:
    folder = settings.feedback_dir / "chelyabinsk" / ogrn
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name != "index.html")


def test_rejected_report_gets_page_and_workbook_with_its_cells(ledger: Settings):
    from openpyxl import load_workbook

    from publish.feedback import write_feedback

    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    assert write_feedback() == 1
    page_path, book_path = protocols(ledger)
    page = page_path.read_text(encoding="utf-8")
    assert "Отчёт не принят" in page
    assert "2 критических замечания и 1 предупреждение" in page
    assert "Срок сдачи — 15.10.2025." in page  # decided before the deadline
    assert SHA in page
    assert "10.10.2025\u00a012:00" in page
    assert page.index("Критические замечания") < page.index("Предупреждения")
    found = page[page.index("<h2>Критические замечания") :]
    assert "лист «Контингент»: B10" in found
    assert "лист «Контингент»: C10" in found
    assert found.count("Как исправить") == 2  # said once for both cells, and once for the warning
    assert "МАОУ СОШ № 1 &lt;Центр&gt;" in page
    assert external_requests(page) == []

    book = load_workbook(io.BytesIO(book_path.read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "f" not in {cell.data_type for cell in cells}
    first = [cell.value for cell in book["Протокол"]["A"]]
    assert "Отчёт не принят — 2 критических замечания и 1 предупреждение" in first
    assert first.index("Что критично") < first.index("Что сделать") < first.index("Квитанция о приёме")
    table = [[cell.value for cell in row] for row in book["Замечания"].iter_rows()]
    assert [row[0] for row in table] == [
        "№", "Критические замечания", "1. Итог не равен сумме — мест: 2", 1, 1, "Предупреждения", 2,
    ]  # fmt: skip
    assert table[3][1:5] == ["лист «Контингент»: B10", "120", "119", "Итог не равен сумме."]
    assert table[3][6] == "S1.SUM"
    assert table[6][2] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    ("decided", "said"),
    [
        ("2025-10-15T23:59:00+05:00", "Срок сдачи — 15.10.2025."),
        ("2025-10-16T00:00:00+05:00", "Исправленный отчёт принимается до 29.11.2025 включительно."),
        # still the 29th by UTC, already the 30th in the region
        ("2025-11-29T20:00:00+00:00", "Приём по этой форме и периоду закрыт 29.11.2025."),
    ],
)
def test_deadline_is_seen_from_the_region_on_the_day_of_the_decision(
    ledger: Settings, decided: str, said: str
):
    from publish.feedback import write_feedback

    submit(1, "rejected", decided=decided)
    write_feedback()
    assert said in protocols(ledger)[0].read_text(encoding="utf-8")


def test_accepted_report_gets_a_page_only_and_no_deadline(ledger: Settings):
    from publish.feedback import write_feedback

    submit(2, "accepted", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    (page,) = protocols(ledger)
    text = page.read_text(encoding="utf-8")
    assert "Отчёт принят" in text
    assert "Ничего делать не нужно" in text
    assert "Срок сдачи" not in text


def test_unreadable_file_is_answered_to_its_sender(ledger: Settings):
    from publish.feedback import write_feedback

    submit(3, "unreadable", OTHER, form=None, decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    page = next(path for path in protocols(ledger, OTHER) if path.suffix == ".html")
    assert page.name.startswith("file_2025-10-10_")
    text = page.read_text(encoding="utf-8")
    assert re.search("<title>Файл не удалось прочитать: файл «[^»]+», [^<]+</title>", text)
    assert "если принятого отчёта за период нет, он считается не сданным" in text


def test_each_decision_is_answered_once_and_a_newer_one_replaces_the_answer(ledger: Settings):
    from publish.feedback import write_feedback
    from warehouse.connection import connect

    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    submit(4, "accepted", decided="2025-10-13T10:00:00+05:00")
    assert write_feedback() == 2
    first = {path.name: path.read_bytes() for path in protocols(ledger)}
    assert write_feedback() == 0
    assert {path.name: path.read_bytes() for path in protocols(ledger)} == first
    with connect("owner") as connection:
        connection.execute("update ledger.decision set is_current = false where outcome = 'rejected'")
        connection.execute(
            "insert into ledger.decision values (%s, 'newer rules', 'accepted', 0, 0, %s, true)",
            [uuid.UUID(int=2001), moment("2025-10-14T10:00:00+05:00")],
        )
    assert write_feedback() == 1
    pages = [path for path in protocols(ledger) if path.suffix == ".html"]
    assert len(pages) == 2
    assert all("Отчёт принят" in page.read_text(encoding="utf-8") for page in pages)


def test_a_report_that_came_after_closing_is_answered_as_such(ledger: Settings):
    """The period is closed later, for what came by a day before: the protocol is written anew and says so."""
    from publish.feedback import write_feedback
    from warehouse.connection import connect

    submit(4, "accepted", decided="2025-10-13T10:00:00+05:00")
    assert write_feedback() == 1
    (before,) = protocols(ledger)
    assert "После закрытия" not in before.read_text(encoding="utf-8")
    with connect("owner") as connection:
        (closing,) = connection.execute(
            "insert into ledger.period_closing"
            " (region_code, scope_code, counts_until, recorded_at, closed_by, comment)"
            " values ('chelyabinsk', '2025-2026', %s, %s, 'x', '') returning closing_id",
            [moment("2025-10-09T18:00:00+05:00"), moment("2025-10-09T18:00:00+05:00")],
        ).fetchone()
        connection.execute("insert into ledger.closed_period values (%s, '2025-2026')", [closing])
    assert write_feedback() == 1
    (after,) = protocols(ledger)
    page = after.read_text(encoding="utf-8")
    assert "После закрытия: период закрыт 09.10.2025, отчёт получен позже." in page
    assert "в показатели войдёт со следующим выпуском" in page
    index = (after.parent / "index.html").read_text(encoding="utf-8")
    assert "Отчёт принят, после закрытия периода" in index


def test_list_of_an_organisation_links_what_is_there(ledger: Settings):
    from publish.feedback import write_feedback

    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    submit(4, "accepted", decided="2025-10-13T10:00:00+05:00")
    write_feedback()
    index = ledger.feedback_dir / "chelyabinsk" / SCHOOL / "index.html"
    linked = set(links(index.read_text(encoding="utf-8")))
    assert linked == {path.name for path in protocols(ledger)}


def test_batch_is_recorded_as_a_release_with_the_hashes_of_its_files(ledger: Settings):
    import hashlib

    from ingest.ledger.events import verify_chain
    from publish.feedback import write_feedback
    from warehouse.connection import connect

    submit(1, "rejected", decided="2025-10-12T10:00:00+05:00")
    write_feedback()
    with connect("auditor") as connection:
        release = connection.execute(
            "select kind, region_code, path, release_id from ledger.release"
        ).fetchall()
        files = dict(connection.execute("select file_name, sha256 from ledger.release_file").fetchall())
        events = connection.execute(
            "select subject, payload from ledger.event where kind = 'release.created'"
        ).fetchall()
    ((kind, region, path, release_id),) = release
    assert (kind, region, path) == ("feedback", "chelyabinsk", "feedback/chelyabinsk")
    root = ledger.feedback_dir / "chelyabinsk"
    assert files == {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in protocols(ledger)
    }
    assert events[0][0] == release_id
    assert json.loads(json.dumps(events[0][1]))["files"] == 2
    assert verify_chain().is_intact
