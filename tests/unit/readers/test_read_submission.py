"""From a file to a result: rows, addresses, an account of every cell, and never an exception."""

from __future__ import annotations

import io
import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries

from ingest.forms.catalogue import contract
from ingest.forms.filling import SheetEdits
from ingest.readers import read as read_module
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult, cell_address
from ingest.readers.rules import reader_rules
from tests.bad_files.build import FILES
from tests.bad_files.surgery import OGRN, TRIAL, csv_p2, s1, s3, s5

SENDER = ExpectedSender("chelyabinsk", OGRN)


def read(content: bytes, sender: ExpectedSender = SENDER) -> ReadResult:
    return read_submission_file(content, file_name="file", expected=sender)


def test_a_workbook_is_read_typed_and_located() -> None:
    result = read(s3({"winners": None}, {"title": "Экскурсия", "activity_kind": "excursion"}))
    assert (result.form_code, result.form_version, result.ogrn, result.period_code) == (
        "S3", "1.0.0", OGRN, "2025-Q2",
    )  # fmt: skip
    assert not result.unreadable and result.findings == []
    assert result.sections["card"].rows == [(0, OGRN, "7400000001", "МБОУ «СОШ № 1»", "2025-Q2", None)]
    first, second = result.sections["events"].rows
    assert first[:8] == (
        4, date(2025, 10, 14), "Ч4.4", "Проба «Оператор станков»", "trial", "school", "in_person", True,
    )  # fmt: skip
    assert first[8:] == (0, 4, 11, 9, 0, 0, 24, 2, 0, None, '{"winners": {"kind": "blank", "text": ""}}')
    assert (second[0], second[4], second[-1]) == (5, "excursion", None)
    assert [row[:3] for row in result.sections["coverage"].rows] == [
        (4, "diagnostics", 4), (5, "open_lesson", 4), (6, "trial", 4), (7, "contest", 4),
    ]  # fmt: skip


def test_every_address_leads_to_the_cell_in_another_program() -> None:
    content = s1()
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    result = read(content)
    form = contract("S1")
    checked = 0
    for cell_map in result.cell_maps:
        section = form.section(cell_map.section)
        for row in result.sections[section.name].rows:
            for field, value in zip(section.raw_fields, row[1:-1], strict=True):
                address = cell_address(cell_map.layout, cell_map.sheet, cell_map.fields[field.name], row[0])
                shown = book[cell_map.sheet][address].value
                if field.role == "row":
                    assert shown == section.rows[value]
                elif field.codes:
                    assert field.codes[shown] == str(value).lower()
                elif isinstance(value, date):
                    assert shown.date() == value
                else:
                    assert shown == value
                checked += 1
    assert checked == 16 + 7 * 8


def test_a_shifted_header_shifts_the_addresses() -> None:
    result = read((FILES / "header_shifted.xlsx").read_bytes())
    assert [row[0] for row in result.sections["events"].rows] == [6]
    events = next(m for m in result.cell_maps if m.section == "events")
    assert events.first_row == 6 and events.fields["title"] == "C"


def test_swapped_columns_are_read_by_their_titles() -> None:
    result = read((FILES / "columns_swapped.xlsx").read_bytes())
    assert result.sections["events"].rows[0][4:6] == ("trial", "school")


def test_personal_fields_are_kept_apart() -> None:
    result = read(s1())
    card = result.sections["card"]
    assert card.personal == {
        "responsible_full_name": "Петрова Анна Сергеевна",
        "responsible_phone": "+7 351 000-00-00",
    }
    assert "Петрова" not in repr(card.rows)
    assert read(s3()).sections["card"].personal is None


def test_notes_keep_the_kinds_of_absence_apart() -> None:
    result = read((FILES / "four_absences.xlsx").read_bytes())
    notes = json.loads(result.sections["card"].rows[0][-1])
    assert notes == {
        "responsible_count": {"kind": "no_data", "text": "нет данных"},
        "profminimum_hours_plan": {"kind": "dash", "text": "—"},
        "site_section_url": {"kind": "dash", "text": "-"},
        "site_checklist_count": {"kind": "blank", "text": ""},
    }
    severities = {f.field: f.severity for f in result.findings}
    assert severities == {
        "responsible_count": "critical",
        "profminimum_hours_plan": "critical",
        "site_section_url": "warning",
    }


def test_csv_knows_its_lines() -> None:
    quoted = TRIAL.replace("Проба «Сварщик»", '"Проба «Токарь;\nфрезеровщик»"')
    text = csv_p2(TRIAL, quoted)
    result = read(text.encode())
    assert (result.form_code, result.period_code, result.findings) == ("P2", "2025-05", [])
    rows = result.sections["trials"].rows
    assert [row[0] for row in rows] == [8, 9]
    assert rows[1][2] == "Проба «Токарь;\nфрезеровщик»"
    card, trials = result.cell_maps
    assert (card.fields["period"], card.sheet) == ("строка 5", None)
    assert cell_address("table", None, trials.fields["grade"], 9) == "строка 9, столбец 5"


def test_json_knows_its_keys() -> None:
    result = read((FILES / "key_added.json").read_bytes())
    assert (result.form_code, result.period_code, result.cell_count) == ("C1", "2025-10", 10)
    assert result.sections["card"].rows[0][5:] == (1200, 950, 700, 40, 832, 118, None)
    assert result.cell_maps[0].fields["service_plan_year"] == "data.service_plan_year"


def said_of_json(change: dict[str, Any], *, without: str = "") -> list[tuple[str | None, str]]:
    document = json.loads((FILES / "key_added.json").read_text(encoding="utf-8"))
    document["data"].pop(without, None)
    document["data"].update(change)
    findings = read(json.dumps(document, ensure_ascii=False).encode()).findings
    return [(finding.cell, finding.message) for finding in findings]


def test_words_about_a_json_file_name_the_form_s_own_titles() -> None:
    """The key is told as the place: it says nothing to whoever fills in the form."""
    missing = said_of_json({}, without="service_fact_cumulative")
    assert (
        "data.service_fact_cumulative",
        "Файл JSON: не найден показатель «Получили услугу с начала года».",
    ) in missing
    wrong = said_of_json({"service_plan_year": "много"})
    place = "data.service_plan_year"
    assert [message for cell, message in wrong if cell == place] == [
        "Файл JSON, «План госзадания на год»: получено «много», ожидается целое число от 0 до 200000."
    ]
    strange = said_of_json({"remark": "текст"})
    assert (
        "data.remark",
        "Файл JSON, ключ «remark»: значение «текст» стоит вне бланка и не прочитано.",
    ) in strange


def test_without_meta_a_form_is_known_by_its_titles() -> None:
    book = openpyxl.load_workbook(io.BytesIO(s5()))
    for name in ("_meta",):
        del book[name]
    buffer = io.BytesIO()
    book.save(buffer)
    result = read(buffer.getvalue())
    assert (result.form_code, result.findings) == ("S5", [])


def test_the_sender_is_compared_only_where_the_channel_knows_it() -> None:
    other = ExpectedSender("chelyabinsk", "1027400000012")
    assert [f.rule_id for f in read(s5(), other).findings] == ["READ.WRONG_ORG"]
    assert read(s5(), ExpectedSender("chelyabinsk", None)).findings == []


def test_a_path_is_read_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "форма отчёт.xlsx"
    path.write_bytes(s5())
    assert read_submission_file(path, file_name=path.name, expected=SENDER) == read(s5())


def test_a_fault_of_ours_is_a_finding_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(read_module, "_read", fail)
    result = read(s5())
    assert result.unreadable and [f.rule_id for f in result.findings] == ["READ.INTERNAL"]
    assert "a bug" in caplog.text


def test_every_rule_has_complete_russian_texts() -> None:
    for rule in reader_rules().values():
        assert rule.message.endswith(".") and rule.hint.endswith(".")
        assert not (set("{}") & set(rule.message.format(where="", title="", received="", expected="")))


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(1, 40), st.integers(1, 30)),
        st.sampled_from([1, "слово", 2.5, True]),
        max_size=12,
    )
)
def test_every_cell_is_read_or_reported(extra: dict[tuple[int, int], Any]) -> None:
    """Cells thrown anywhere onto a good sheet: each is a value, a heading, or inside a finding's cells."""
    # The form's own area keeps its own cells: a value thrown there is a value of the form.
    own = {(1, 1), (2, 1), *((row, column) for row in range(3, 8) for column in range(1, 7))}
    outside = {place: value for place, value in extra.items() if place not in own}
    cells = {f"{openpyxl.utils.get_column_letter(c)}{r}": v for (r, c), v in outside.items()}
    result = read(s3(edits={"Охват": SheetEdits(cells)}))
    reported = set()
    for finding in result.findings:
        if finding.rule_id == "READ.EXTRA_CELL":
            assert finding.sheet == "Охват" and finding.cell is not None
            left, top, right, bottom = range_boundaries(finding.cell)
            reported |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
    assert reported == set(outside)
    assert len(result.sections["coverage"].rows) == 4


def mutated(content: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 30)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    if chance.random() < 0.3:
        del damaged[chance.randrange(len(damaged)) :]
    return bytes(damaged)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_never_raise(seed: int) -> None:
    originals = (s3(), csv_p2(TRIAL).encode(), (FILES / "key_added.json").read_bytes())
    for original in originals:
        result = read(mutated(original, seed))
        assert not any(f.rule_id == "READ.INTERNAL" for f in result.findings)
        for finding in result.findings:
            assert finding.message


@pytest.mark.parametrize("seed", range(40))
def test_damaged_xml_inside_a_whole_archive_never_raises(seed: int) -> None:
    from tests.bad_files.surgery import put_together, take_apart

    parts = take_apart(s3())
    chance = random.Random(seed)
    names = [name for name in parts if name.startswith(("xl/", "_rels"))]
    for name in chance.sample(names, 2):
        parts[name] = mutated(parts[name], seed)
    result = read(put_together(parts))
    assert not any(f.rule_id == "READ.INTERNAL" for f in result.findings)
