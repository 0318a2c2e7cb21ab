"""Finding a table's header: at its place, or wherever its titles stand; never by position alone."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from ingest.forms.contract import Field, Section
from ingest.readers.grid import Grid, normalised
from ingest.readers.section_plan import plan_of

SEARCHED_ROWS = 40
_TEXT_OF = attrgetter("text")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header stands and the column of each field that was found, by field name.

    ``is_exact``: every title in its own column of the expected row, and nothing else in that row.
    """

    row: int
    columns: dict[str, int]
    twice: tuple[Field, ...] = ()
    is_exact: bool = False


def find_header(section: Section, grid: Grid, expected_row: int) -> Header | None:
    """The header of a table or matrix: the expected row if all is there, else the row with most titles.

    None when no row of the first 40 holds at least half of the titles (and two of them).
    """
    exact = _exact(section, grid, expected_row)
    if exact is not None:
        return exact
    best: Header | None = None
    for row in sorted(grid.rows)[:SEARCHED_ROWS]:
        found = _by_titles(section, grid, row)
        if best is None or len(found.columns) > len(best.columns):
            best = found
    if best is None or len(best.columns) < max(2, len(section.fields) / 2):
        return None
    return best


def _exact(section: Section, grid: Grid, row: int) -> Header | None:
    cells = grid.rows.get(row)
    if cells is None or len(cells) != len(section.fields):
        return None  # fewer: a title is missing; more: an added column may repeat a title
    plan = plan_of(section)
    if list(cells) != plan.columns:
        cells = dict(sorted(cells.items()))
        if list(cells) != plan.columns:
            return None
    if list(map(_TEXT_OF, cells.values())) != plan.titles:
        return None
    return Header(row, plan.exact_columns, is_exact=True)


def _by_titles(section: Section, grid: Grid, row: int) -> Header:
    by_title = {normalised(field.title): field for field in section.fields}
    columns: dict[str, int] = {}
    twice: list[Field] = []
    for column, cell in sorted(grid.rows[row].items()):
        field = by_title.get(normalised(cell.text))
        if field is None:
            continue
        if field.name in columns:
            twice.append(field)
        else:
            columns[field.name] = column
    return Header(row, columns, tuple(twice))
