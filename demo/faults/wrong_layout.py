"""Faults in the form itself: sheets, headers, rows and columns that were moved, renamed, added or deleted."""

from demo.drafts import first_line, json_key
from demo.faults.choices import blocks, cards, counted_tables, counts, lines, matrices, wide_blocks
from demo.faults.kinds import Choice, Place, Spoil, fault, pick
from demo.spreadsheet import HEADER, INPUT, Sheet, address
from ingest.forms.contract import Section


def _data(spoil: Spoil, choice: Choice = blocks) -> tuple[Section, Sheet]:
    name, _, _, _ = pick(spoil, choice)
    section = spoil.section(name)
    return section, spoil.draft.sheet(section.sheet)


@fault("draft", "structure", "READ.SHEET_MISSING", choice=blocks)
def missing_sheet(spoil: Spoil) -> Place:
    """A sheet was deleted."""
    section, sheet = _data(spoil)
    spoil.draft.sheets.remove(sheet)
    spoil.as_read().sections[section.name] = []
    return Place(section.name, section.sheet)


@fault("draft", "structure", "READ.SHEET_NAME", choice=blocks, outcome="accepted_with_warnings")
def renamed_sheet(spoil: Spoil) -> Place:
    """A sheet was renamed."""
    section, sheet = _data(spoil)
    sheet.name = "Лист1"
    return Place(section.name, "Лист1")


@fault("draft", "structure", "READ.HEADER", choice=wide_blocks)
def renamed_header(spoil: Spoil) -> Place:
    """A column's heading was rewritten."""
    section, sheet = _data(spoil, wide_blocks)
    column = spoil.rng.randint(2, len(section.fields))
    row = section.header_row or 3
    sheet.put(row, column, "Комментарий", HEADER)
    spoil.loses(section.name, section.fields[column - 1].name)
    return Place(section.name, section.sheet, address(row, column), row, None, "Комментарий")


@fault("draft", "structure", "READ.HEADER_MOVED", choice=blocks, outcome="accepted_with_warnings")
def shifted_header(spoil: Spoil) -> Place:
    """A row was inserted above the header."""
    section, sheet = _data(spoil)
    row = section.header_row or 3
    sheet.shift_down(row)
    return Place(section.name, section.sheet, address(row + 1, 1), row + 1, rows_moved_by=1)


@fault("draft", "structure", "READ.HEADER_MOVED", choice=wide_blocks, outcome="accepted_with_warnings")
def columns_swapped(spoil: Spoil) -> Place:
    """Two columns changed places, with their data."""
    section, sheet = _data(spoil, wide_blocks)
    left, row = len(section.fields) - 2, section.header_row or 3
    for at in range(row, sheet.last_row() + 1):
        first, second = sheet.cells.pop((at, left), None), sheet.cells.pop((at, left + 1), None)
        if first:
            sheet.cells[at, left + 1] = first
        if second:
            sheet.cells[at, left] = second
    return Place(section.name, section.sheet, address(row, 1), row)


@fault("draft", "structure", "READ.ROW_LABEL", choice=matrices)
def deleted_row(spoil: Spoil) -> Place:
    """A row of a fixed block was deleted."""
    section, sheet = _data(spoil, matrices)
    row = section.first_row or 4
    sheet.delete_row(row)
    del spoil.as_read().rows(section.name)[0]
    return Place(section.name, section.sheet, address(row, 1), row)


@fault("draft", "structure", "READ.LABEL", choice=cards)
def renamed_label(spoil: Spoil) -> Place:
    """The name of an indicator in the card was rewritten."""
    (section, _), *_ = cards(spoil.contract)
    sheet = spoil.draft.sheet(section.sheet)
    row = (section.first_row or 4) + 2
    spoil.loses(section.name, section.fields[2].name)
    sheet.put(row, 1, "Как называется ваша школа", HEADER)
    return Place(section.name, section.sheet, address(row, 1), row, None, "Как называется ваша школа")


@fault("draft", "structure", "READ.TOTAL_ROW", choice=counted_tables, outcome="accepted_with_warnings")
def totals_row_among_data(spoil: Spoil) -> Place:
    """«Итого» under the events."""
    section, sheet = _data(spoil, counted_tables)
    rows = spoil.values.rows(section.name)
    row = (section.first_row or 4) + len(rows)
    sheet.put(row, 1, "Итого", INPUT)
    for column, field_ in enumerate(section.fields, 1):
        if field_.type == "integer":
            sheet.put(row, column, sum(int(str(r.get(field_.name) or 0)) for r in rows), INPUT)
    return Place(section.name, section.sheet, address(row, 1), row, None, "Итого")


@fault("draft", "structure", "READ.MERGED", choice=wide_blocks)
def merged_cells(spoil: Spoil) -> Place:
    """Cells merged in the data area."""
    section, sheet = _data(spoil, wide_blocks)
    row = section.first_row or 4
    sheet.put(row + 1, 3, None)
    if len(spoil.values.rows(section.name)) > 1:
        name = section.fields[2].name
        spoil.as_read().rows(section.name)[1][name] = None
        spoil.emptied.append((section.name, name, 1))
    sheet.merged.append(f"C{row}:C{row + 1}")
    return Place(section.name, section.sheet, f"C{row}:C{row + 1}", row)


@fault("draft", "structure", "READ.HIDDEN", choice=matrices, outcome="accepted_with_warnings")
def hidden_row(spoil: Spoil) -> Place:
    """A row with figures is hidden."""
    section, sheet = _data(spoil, matrices)
    row = section.first_row or 4
    sheet.hidden_rows.add(row)
    return Place(section.name, section.sheet, None, row)


@fault("draft", "structure", "READ.EXTRA_SHEET", formats=("xlsx",), outcome="accepted_with_warnings")
def extra_sheet(spoil: Spoil) -> Place:
    """A sheet of one's own with drafts."""
    sheet = Sheet("Черновик")
    sheet.put(1, 1, "Посчитать ещё раз до пятницы")
    sheet.put(2, 1, 125)
    spoil.draft.sheets.insert(len(spoil.draft.sheets) - 1, sheet)
    return Place(None, "Черновик")


@fault("draft", "structure", "READ.EXTRA_CELL", choice=blocks, outcome="accepted_with_warnings")
def note_beside_the_table(spoil: Spoil) -> Place:
    """A note to the right of the table."""
    section, sheet = _data(spoil)
    row, column = section.first_row or 4, len(section.fields) + 2
    sheet.put(row, column, "уточнить у завуча", INPUT)
    return Place(section.name, section.sheet, address(row, column), row, None, "уточнить у завуча")


@fault("draft", "structure", "READ.HEADER", formats=("csv",), choice=lines)
def wrong_columns(spoil: Spoil) -> Place:
    """A column was taken out of the CSV."""
    name, _, _, _ = pick(spoil, lines)
    section, header = spoil.section(name), first_line(spoil.contract, spoil.values, name) - 1
    for line in spoil.draft.lines[header - 1 : header + len(spoil.values.rows(name))]:
        del line[4]
    spoil.loses(name, section.fields[4].name)
    return Place(name, None, f"строка {header}, столбец 5", header, section.fields[4].name)


@fault(
    "draft", "structure", "READ.LABEL", "READ.HEADER", "{form}.REQUIRED.", formats=("json",), choice=counts
)
def missing_key(spoil: Spoil) -> Place:
    """A key is absent from the JSON document."""
    name, field, index, _ = pick(spoil, counts)
    section = spoil.section(name)
    data = spoil.draft.document[json_key(section)]
    del (data if section.layout == "card" else data[index])[field.name]
    spoil.as_read().rows(name)[index][field.name] = None
    return spoil.place(name, field.name, index)
