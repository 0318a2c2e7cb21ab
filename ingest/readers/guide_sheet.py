"""The template's own sheet «Как заполнить»: told from one that somebody has written on."""

from __future__ import annotations

from functools import cache

from ingest.forms.contract import FormContract
from ingest.forms.guide import guide_digest, guide_lines, guide_texts
from ingest.forms.known_values import KnownValues
from ingest.readers.grid import TEXT, Grid


def is_own_guide(contract: FormContract, grid: Grid, meta: Grid | None) -> bool:
    """Whether the sheet holds the texts it was given when the blank was made, and nothing else.

    ``meta`` says which these were; without it they are those of a blank that is made now.
    """
    texts = {}
    for row, cells in grid.rows.items():
        for column, cell in cells.items():
            if cell.kind != TEXT:
                return False
            texts[(row, column)] = cell.text
    digest = guide_digest(texts)
    return digest == _stated(meta) or digest == _current(contract)


def _stated(meta: Grid | None) -> str:
    if meta is None:
        return ""
    lines = {meta.text(row, 1): meta.text(row, 2) for row in meta.rows}
    return lines.get("guide_sha256", "")


@cache
def _current(contract: FormContract) -> str:
    return guide_digest(guide_texts(guide_lines(contract, KnownValues())))
