"""Spellings that programs really write and that must be read without a word."""

from __future__ import annotations

import re

from tests.bad_files.surgery import OGRN, TRIAL, changed, csv_p2, put_together, s3, take_apart

SHEET1, SHEET2, SHEET3 = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))
STRINGS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"


def odd_but_good() -> dict[str, bytes]:
    """Rare spellings that must be read without a word."""
    good = s3()
    return {
        "ok_prefixed_namespace.xlsx": _prefixed(good),
        "ok_no_addresses.xlsx": _without_addresses(good),
        "ok_strict_ooxml.xlsx": _everywhere(good, {MAIN: STRICT}),
        "ok_date_1904.xlsx": _date_1904(),
        "ok_inline_and_rich_text.xlsx": _inline_and_rich(good),
        "ok_numbers_as_text.xlsx": s3(
            {"participants_total": " 24 ", "participants_grade_7": "4,0", "winners": "1\u00a0024"}
        ),
        "ok_iso_dates.xlsx": s3({"event_date": "2025-10-14"}, {"event_date": "14.10.2025"}),
        "ok_shared_formula.xlsx": changed(
            good,
            SHEET3,
            ("<f>SUM(B4,C4,D4)</f>", '<f t="shared" ref="E4:E5" si="0">SUM(B4,C4,D4)</f>'),
            ("<f>SUM(B5,C5,D5)</f>", '<f t="shared" si="0"/>'),
        ),
        "ok_styled_rows.xlsx": changed(good, SHEET2, ("</sheetData>", f"{_styled_rows()}</sheetData>")),
        "ok_escapes.xlsx": changed(
            good, STRINGS, ("Проба «Оператор станков»", "Проба_x0020_«Оператор_x000A_станков»")
        ),
        "ok_commas.csv": csv_p2(TRIAL).replace(";", ",").encode(),
        "ok_windows_1251.csv": csv_p2(TRIAL).encode("cp1251"),
        "ok_tabs_utf16.csv": csv_p2(TRIAL).replace(";", "\t").encode("utf-16"),
        "ok_excel_csv.csv": ("sep=;\n" + csv_p2(TRIAL).replace("\n", ";;;\n"))
        .replace("\n", "\r\n")
        .encode("utf-8-sig"),
    }


def _styled_rows() -> str:
    """A thousand empty rows with borders, left by a formula that was dragged down and cleared."""
    cells = "".join(f'<c r="{column}{{row}}" s="5"/>' for column in "ABCDEFGHIJKLMNOPQ")
    return "".join(f'<row r="{row}">{cells.format(row=row)}</row>' for row in range(20, 1020))


def _prefixed(content: bytes) -> bytes:
    """Every tag of the sheets with the prefix x:, as some Java libraries write."""
    parts = take_apart(content)
    for name in (SHEET1, SHEET2, STRINGS):
        text = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", parts[name].decode())
        parts[name] = text.replace("xmlns=", "xmlns:x=", 1).encode()
    return put_together(parts)


def _without_addresses(content: bytes) -> bytes:
    parts = take_apart(content)
    parts[SHEET1] = re.sub(r'<(row|c) r="[A-Z0-9]+"', r"<\1", parts[SHEET1].decode()).encode()
    return put_together(parts)


def _everywhere(content: bytes, replacements: dict[str, str]) -> bytes:
    parts = take_apart(content)
    for name in parts:
        if name.startswith("xl/worksheets/") or name in (STRINGS, "xl/styles.xml", "xl/workbook.xml"):
            text = parts[name].decode()
            for old, new in replacements.items():
                text = text.replace(old, new)
            parts[name] = text.encode()
    return put_together(parts)


def _date_1904() -> bytes:
    # The same day, 14 October 2025, is 1462 days less in the 1904 system.
    content = changed(s3(), "xl/workbook.xml", ("<workbookPr ", '<workbookPr date1904="1" '))
    return changed(content, SHEET2, ("<v>45944</v>", "<v>44482</v>"))


def _inline_and_rich(content: bytes) -> bytes:
    content = changed(
        content,
        SHEET1,
        ('<c r="B4" s="5" t="s"><v>5</v></c>', f'<c r="B4" s="5" t="inlineStr"><is><t>{OGRN}</t></is></c>'),
    )
    rich = (
        '<si><r><t xml:space="preserve">МБОУ </t></r><r><rPr><b/></rPr><t>«СОШ № 1»</t></r>'
        '<rPh sb="0" eb="1"><t>x</t></rPh></si>'
    )
    return changed(content, STRINGS, ("<si><t>МБОУ «СОШ № 1»</t></si>", rich))
