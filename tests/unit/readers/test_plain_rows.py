"""The fast way and the tree give equal cells, and the fast way steps back from every other spelling."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.cell_builder import CellBuilder
from ingest.readers.grid import DATE, NUMBER, TEXT, Cell, Grid
from ingest.readers.limits import ReaderLimits
from ingest.readers.plain_rows import OtherSpellingError, cell_parts, plain_row, plain_sheet
from ingest.readers.rules import RefusalError
from ingest.readers.sheet_rows import RowReader
from tests.bad_files.surgery import s1, s3, s5, take_apart

LIMITS = ReaderLimits(1 << 20, 1 << 24, 1000, 100, 10_000)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A comment inside the rows is harmless XML and not the plain spelling: it sends the reader to the tree.
ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'
DETOUR = "<sheetData><!-- -->"


def sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def read(text: str) -> tuple[Grid, tuple[object, ...]]:
    builder = CellBuilder([Cell(TEXT, "один"), Cell(TEXT, "")], (NUMBER, DATE), False)
    grid = Grid("Лист")
    surroundings = RowReader(builder, LIMITS, LIMITS.cells).read(text.encode(), "sheet1.xml", grid)
    return grid, astuple(surroundings)


def is_plain(text: str) -> bool:
    found = plain_sheet(text.encode())
    if found is None:
        return False
    try:
        for row in found.rows:
            for cell in plain_row(row, found.has_x14ac).cells:
                cell_parts(cell.partition('"')[2])
    except OtherSpellingError:
        return False
    return True


values = st.one_of(
    st.integers(0, 99999).map(lambda n: f"<v>{n}</v>"),
    st.sampled_from(["", "<v></v>", "<v>1.5</v>", "<v>1E3</v>", "<f>SUM(A1,B1)</f><v>3</v>", "<f>A1</f>"]),
)
cells = st.tuples(
    st.sampled_from(["", ' s="0"', ' s="1"']),
    st.sampled_from(["", ' t="n"', ' t="str"', ' t="b"', ' t="e"']),
    values,
)
shared = st.tuples(
    st.sampled_from(["", ' s="0"']), st.just(' t="s"'), st.sampled_from(["<v>0</v>", "<v>1</v>"])
)


@given(st.lists(st.lists(st.one_of(cells, shared), max_size=6), max_size=6), st.sets(st.integers(1, 6)))
def test_both_ways_give_the_same(content: list[list[tuple[str, str, str]]], hidden: set[int]) -> None:
    rows = ""
    for number, row in enumerate(content, start=1):
        attributes = ' spans="1:6" hidden="1"' if number in hidden else ' ht="15.5"'
        body = "".join(f'<c r="{"ABCDEF"[i]}{number}"{s}{t}>{v}</c>' for i, (s, t, v) in enumerate(row))
        rows += f'<row r="{number}"{attributes}>{body}</row>' if row else f'<row r="{number}"{attributes}/>'
    text = sheet(
        rows,
        '<cols><col min="2" max="3" hidden="1"/></cols>',
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>',
    )
    assert is_plain(text)
    assert not is_plain(text.replace("<sheetData>", DETOUR))
    assert read(text) == read(text.replace("<sheetData>", DETOUR))


@pytest.mark.parametrize("content", [s1(), s3({}, {}), s5()], ids=["S1", "S3", "S5"])
def test_filled_forms_go_the_fast_way(content: bytes) -> None:
    for name, part in take_apart(content).items():
        if name.startswith("xl/worksheets/"):
            assert is_plain(part.decode()), name


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>',
        '<row r="1"><c r="A1"><f>A2&amp;"x"</f><v>1</v></c></row>',
        '<row r="1"><c r="A1"><f t="shared" si="0">B1</f><v>1</v></c></row>',
        '<row r="1"><c t="n" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><extLst/></c></row>',
        '<row r="1" ht="15" ht="16"><c r="A1"><v>1</v></c></row>',
        '<row r="1" x14ac:dyDescent="0.2"><c r="A1"><v>1</v></c></row>',
        "<row><c><v>1</v></c></row>",
        '<row r="1">\n<c r="A1"><v>1</v></c></row>',
        '<c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</c></row>',
        '<row r="1"><c r="A1" foo="2"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>1</v></c></row><c r="A2"/></row>',
        '<row r="1"><row r="2"><c r="A2"/></row></row>',
        '<row r="1"/><row r="2" foo="1"/>',
        '<row r="1"/></row>',
        '<row r="1">',
        '<row r="1"/>x<row r="2"/>',
        '<row r="01"><c r="A1"/></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row>x',
        '<row r="1"><!-- <c r="A1"><v>1</v></c> --></row>',
        '<row r="1"><c r="A1"><v>1</v></c><![CDATA[<c r="B1"><v>1</v></c>]]></row>',
    ],
)
def test_any_other_spelling_is_left_to_the_tree(rows: str) -> None:
    assert not is_plain(sheet(rows))


@pytest.mark.parametrize(
    "text",
    [
        # sheetData that is a comment, a text, or somebody else's element: the tree decides.
        f'{HEAD}<worksheet xmlns="{MAIN}"><!-- <sheetData>{ONE_CELL}</sheetData> --></worksheet>',
        f'{HEAD}<worksheet xmlns="{MAIN}"><x><sheetData>{ONE_CELL}</sheetData></x></worksheet>',
    ],
)
def test_rows_that_only_look_like_rows_are_not_read(text: str) -> None:
    assert read(text)[0].rows == {}


def test_an_address_in_another_spelling_is_left_to_the_tree() -> None:
    """XML may write any letter by its number; the plain spelling may not."""
    grid, _ = read(sheet('<row r="1"><c r="&#65;1"><v>1</v></c><c r="B&#49;"><v>2</v></c></row>'))
    assert grid.rows == {1: {1: Cell(NUMBER, "1"), 2: Cell(NUMBER, "2")}}


def test_a_row_that_came_before_takes_the_texts_of_its_own_workbook() -> None:
    """The same row in many files: the last ones are recognised, and their texts and limits are their own."""
    text = sheet('<row r="7" hidden="1"><c r="A7" t="s"><v>0</v></c><c r="AZ7" t="s"><v>1</v></c></row>')
    for printed in ("один", "два", "три", "четыре", "пять", "шесть"):
        builder = CellBuilder([Cell(TEXT, printed), Cell(TEXT, "пять")], (NUMBER, DATE), False)
        grid = Grid("Лист")
        RowReader(builder, LIMITS, LIMITS.cells).read(text.encode(), "sheet1.xml", grid)
        assert grid.rows == {7: {1: Cell(TEXT, printed), 52: Cell(TEXT, "пять")}}
        assert grid.hidden_rows == {7}
    narrow = ReaderLimits(1 << 20, 1 << 24, 1000, 20, 10_000)
    with pytest.raises(RefusalError, match="AZ7"):
        RowReader(builder, narrow, LIMITS.cells).read(text.encode(), "sheet1.xml", Grid("Лист"))
    builder = CellBuilder([], (NUMBER, DATE), False)
    with pytest.raises(RefusalError, match="потеряны тексты"):
        RowReader(builder, LIMITS, LIMITS.cells).read(text.encode(), "sheet1.xml", Grid("Лист"))
    builder = CellBuilder([Cell(TEXT, ""), Cell(TEXT, "пять")], (NUMBER, DATE), False)
    grid = Grid("Лист")
    RowReader(builder, LIMITS, LIMITS.cells).read(text.encode(), "sheet1.xml", grid)
    assert grid.rows == {7: {52: Cell(TEXT, "пять")}}


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "дважды"),
        ('<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>', "не по порядку"),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="A"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="A11"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="11"><c r="A1"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="A1 "><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="a1"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "неверный адрес"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "потеряны тексты"),
        ('<row r="1"><c r="CW1"><v>1</v></c></row>', "CW1"),
        ('<row r="1001"><c r="A1001"><v>1</v></c></row>', "A1001"),
        ('<row r="1"><c r="A1" t="?"><v>1</v></c></row>', "неизвестный вид"),
    ],
)
def test_both_ways_refuse_the_same(rows: str, what: str) -> None:
    for text in (sheet(rows), sheet(rows).replace("<sheetData>", DETOUR)):
        with pytest.raises(RefusalError, match=what):
            read(text)


def test_a_large_sheet_is_streamed_with_the_same_cells() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 900)
    )
    small = read(sheet(rows))
    padding = "<!--" + " " * 1_200_000 + "-->"
    assert read(sheet(rows, after=padding).replace("<sheetData>", DETOUR)) == small


def test_too_many_cells_are_refused_while_reading() -> None:
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{c}{n}"><v>1</v></c>' for c in "ABCDEFGHIJKL") + "</row>"
        for n in range(1, 1000)
    )
    for text in (sheet(rows), sheet(rows).replace("<sheetData>", DETOUR)):
        with pytest.raises(RefusalError, match="слишком много ячеек"):
            read(text)
