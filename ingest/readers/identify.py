"""Which form a file is, and in which version: by what it says of itself, else by its sheets and headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.forms.catalogue import all_contracts, find_version, load_contracts
from ingest.forms.contract import FileFormat, FormContract
from ingest.readers.grid import Grid, normalised, shown
from ingest.readers.rules import RefusalError

# Share of a form's printed titles that must be in the file before it is taken for that form.
_ENOUGH = 0.6


def by_meta(grid: Grid | None) -> FormContract | None:
    """The form that the very hidden sheet ``_meta`` names; None where the file has no such sheet.

    Raises :class:`RefusalError` for a form or version that the catalogue does not know.
    """
    if grid is None:
        return None
    lines = {shown(cells[1]): shown(cells[2]) for cells in grid.rows.values() if 1 in cells and 2 in cells}
    if "form" not in lines:
        return None
    return known_form(lines["form"], lines.get("version", ""), "xlsx")


def known_form(code: str, version: str, file_format: FileFormat) -> FormContract:
    """The form of that code and version, sent in that format. Raises :class:`RefusalError` otherwise."""
    contracts = load_contracts()
    if code not in contracts:
        expected = ", ".join(f"{c.code} «{c.title}»" for c in contracts.values() if file_format in c.formats)
        raise RefusalError("READ.UNKNOWN_FORM", f"форма «{code}»" if code else "форма не названа", expected)
    found = find_version(code, version)
    if found is None:
        newest = contracts[code].version
        raise RefusalError("READ.UNKNOWN_FORM", f"форма {code}, версия «{version}»", f"версия {newest}")
    if file_format not in found.formats:
        formats = ", ".join(f.upper() for f in found.formats)
        raise RefusalError("READ.FORMAT", f"форма {code} в виде {file_format.upper()}", formats)
    return found


def by_titles(grids: Mapping[str, Grid]) -> FormContract:
    """The form whose sheets and titles the workbook has. Raises :class:`RefusalError` when none fits."""
    printed: set[str] = {normalised(name) for name in grids}
    for grid in grids.values():
        for row in sorted(grid.rows)[:60]:
            printed.update(normalised(cell.text) for cell in grid.rows[row].values() if cell.text)
    best: dict[str, tuple[float, FormContract]] = {}
    contracts = [c for c in load_contracts().values() if "xlsx" in c.formats]
    for contract in all_contracts():
        if "xlsx" not in contract.formats:
            continue
        titles = {normalised(section.sheet or "") for section in contract.sections}
        for section in contract.sections:
            titles |= {normalised(field.title) for field in section.fields}
        score = len(titles & printed) / len(titles)
        # Of two versions that fit equally well it is the newer one: they come in the order of validity.
        if contract.code not in best or score >= best[contract.code][0]:
            best[contract.code] = score, contract
    scores = sorted(best.values(), key=lambda pair: -pair[0])
    if scores[0][0] < _ENOUGH or scores[0][0] - scores[1][0] < 0.1:
        expected = ", ".join(f"{c.code} «{c.title}»" for c in contracts)
        sheets = ", ".join(f"«{name}»" for name in list(grids)[:5])
        raise RefusalError("READ.UNKNOWN_FORM", f"листы {sheets}", expected)
    return scores[0][1]


def by_first_line(grid: Grid) -> FormContract:
    """The form that the first line of a CSV file names, such as «Форма;P2;1.0.0»."""
    first = min(grid.rows, default=0)
    cells = grid.rows.get(first, {})
    if not cells or normalised(grid.text(first, 1)) != "форма":
        raise RefusalError(
            "READ.UNKNOWN_FORM",
            f"первая строка «{grid.text(first, 1)}»",
            _only_these("csv", "первая строка называет её", "«Форма;{code};{version}»"),
        )
    return known_form(grid.text(first, 2).strip(), grid.text(first, 3).strip(), "csv")


def by_key(document: Mapping[str, Any]) -> FormContract:
    """The form that a JSON file names under ``form`` and ``version``."""
    code, version = document.get("form"), document.get("version")
    if not isinstance(code, str) or not isinstance(version, str):
        raise RefusalError(
            "READ.UNKNOWN_FORM",
            "ключи form и version не найдены",
            _only_these("json", "два ключа называют её", '"form": "{code}", "version": "{version}"'),
        )
    return known_form(code, version, "json")


def _only_these(file_format: FileFormat, how: str, example: str) -> str:
    """Which forms are sent in a format that few are sent in, with examples; the others are workbooks."""
    named = "; ".join(
        f"{form.code} «{form.title}» – {example.format(code=form.code, version=form.version)}"
        for form in load_contracts().values()
        if file_format in form.formats
    )
    return (
        "книга Excel по бланку своей формы;"
        f" в {file_format.upper()} присылают только эти формы, {how}: {named}"
    )
