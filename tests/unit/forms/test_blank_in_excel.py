"""Every blank keeps to what Excel accepts without offering to repair the file."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from xml.etree import ElementTree

import pytest

from ingest.forms.catalogue import all_contracts
from ingest.forms.contract import FormContract
from ingest.forms.guide import GUIDE_SHEET
from ingest.forms.known_values import KnownValues
from ingest.forms.template import blank_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMS = [c for c in all_contracts() if "xlsx" in c.formats]
IDS = [f"{c.code}-{c.version}" for c in FORMS]
# The order that the schema of a worksheet prescribes, as far as blanks use it.
ORDER = [
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection",
    "autoFilter",
    "mergeCells", "conditionalFormatting", "dataValidations", "printOptions", "pageMargins", "pageSetup",
    "headerFooter",
]  # fmt: skip


@cache
def parts(contract: FormContract) -> dict[str, ElementTree.Element]:
    content = blank_workbook(contract, KnownValues(region_code="chelyabinsk"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: ElementTree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xml") and name.startswith("xl/w")
        }


def sheets(contract: FormContract) -> list[ElementTree.Element]:
    """Worksheets in the order in which they are shown."""
    shown = parts(contract)["xl/workbook.xml"].iter(f"{MAIN}sheet")
    return [parts(contract)[f"xl/worksheets/sheet{sheet.attrib['sheetId']}.xml"] for sheet in shown]


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_sheets_have_names_that_excel_accepts(contract: FormContract) -> None:
    names = [sheet.attrib["name"] for sheet in parts(contract)["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    assert names[0] == GUIDE_SHEET and names[-1] == "_meta"
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name), name


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_parts_of_a_sheet_stand_in_their_order(contract: FormContract) -> None:
    for sheet in sheets(contract):
        places = [ORDER.index(child.tag.removeprefix(MAIN)) for child in sheet]
        assert places == sorted(places)


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_messages_and_lists_are_short_enough(contract: FormContract) -> None:
    names = {name.attrib["name"] for name in parts(contract)["xl/workbook.xml"].iter(f"{MAIN}definedName")}
    for sheet in sheets(contract):
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            assert len(rule.attrib.get("promptTitle", "")) <= 32
            assert len(rule.attrib.get("errorTitle", "")) <= 32
            assert len(rule.attrib.get("prompt", "")) <= 255
            assert len(rule.attrib.get("error", "")) <= 255
            formula = rule.findtext(f"{MAIN}formula1") or ""
            assert len(formula) <= 255
            if rule.attrib.get("type") == "list":
                assert formula in names, "a list is offered through a name, never through a literal"


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_no_cell_is_checked_twice(contract: FormContract) -> None:
    for sheet in sheets(contract):
        seen: set[tuple[str, int]] = set()
        for rule in sheet.iter(f"{MAIN}dataValidation"):
            for area in rule.attrib["sqref"].split():
                first, _, last = area.partition(":")
                column, begin = re.fullmatch(r"([A-Z]+)(\d+)", first).groups()  # type: ignore[union-attr]
                end = re.sub(r"\D", "", last or first)
                cells = {(column, number) for number in range(int(begin), int(end) + 1)}
                assert not cells & seen
                seen |= cells


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_names_are_unique_and_point_to_the_shown_sheets(contract: FormContract) -> None:
    shown = [sheet.attrib["name"] for sheet in parts(contract)["xl/workbook.xml"].iter(f"{MAIN}sheet")]
    keys = []
    for name in parts(contract)["xl/workbook.xml"].iter(f"{MAIN}definedName"):
        local = name.attrib.get("localSheetId")
        keys.append((name.attrib["name"].casefold(), local))
        # What is repeated on every printed page may be columns and rows: «Sheet!$A:$B,Sheet!$4:$4».
        for target in (name.text or "").split(","):
            sheet = target.rpartition("!")[0].strip("'")
            assert sheet in shown
            if local is not None:
                assert shown[int(local)] == sheet
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("contract", FORMS, ids=IDS)
def test_the_guide_alone_is_open_and_every_page_is_set_up(contract: FormContract) -> None:
    views = [next(sheet.iter(f"{MAIN}sheetView")).attrib for sheet in sheets(contract)]
    assert [view.get("tabSelected") for view in views] == ["1", *[None] * (len(views) - 1)]
    book = parts(contract)["xl/workbook.xml"]
    assert next(book.iter(f"{MAIN}workbookView")).attrib.get("activeTab", "0") == "0"
    for sheet in sheets(contract)[1 : len(contract.sections) + 1]:
        setup = next(sheet.iter(f"{MAIN}pageSetup")).attrib
        assert (setup["paperSize"], setup["orientation"], setup["fitToHeight"]) == ("9", "landscape", "0")
        assert next(sheet.iter(f"{MAIN}pane")).attrib["state"] == "frozen"
        assert next(sheet.iter(f"{MAIN}sheetProtection")).attrib["sheet"] == "1"
