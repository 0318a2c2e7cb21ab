"""One row of a section: cells in, typed values, notes and findings out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ingest.forms.contract import Field, Section
from ingest.readers.grid import Cell, shown
from ingest.readers.rules import FindingLog, Spot
from ingest.readers.section_plan import plan_of
from ingest.readers.values import BLANK, Problem

HIDDEN_TEXT = "(не приводится)"


class RowTyper:
    """Types the cells of one section and logs what cannot be typed."""

    def __init__(self, section: Section, log: FindingLog, sheet: str | None) -> None:
        self.section = section
        self.log = log
        self.sheet = sheet

    def note(
        self, field: Field, cell: Cell | None, problem: Problem, address: str, row_no: int
    ) -> dict[str, str]:
        """Logs the finding of a problem and returns what ``notes`` keep of it."""
        text = "" if cell is None else shown(cell)
        if problem is BLANK:
            return {"kind": "blank", "text": ""}
        spot = Spot(self.section.name, self.sheet, address, row_no, field.name, field.title)
        personal = field.personal or problem.rule_id == "READ.PERSONAL_DATA"
        severity = "warning" if problem.rule_id == "READ.NO_DATA" and not field.required else None
        self.log.add(
            problem.rule_id,
            spot,
            received=None if personal else text,
            expected=problem.expected,
            severity=severity,  # type: ignore[arg-type]
        )
        return {"kind": problem.note, "text": HIDDEN_TEXT if personal else text}

    def card(
        self, cells: Mapping[str, Cell | None], addresses: Mapping[str, str], rows: Mapping[str, int]
    ) -> tuple[tuple[Any, ...], dict[str, str | None] | None]:
        """The single row of a card and its personal fields.

        ``cells`` lacks the fields whose place was not found: they get the note «invalid», already logged.
        """
        notes: dict[str, dict[str, str]] = {}
        values: list[Any] = [0]
        personal: dict[str, str | None] = {}
        for field, parse in plan_of(self.section).parsers:
            value = None
            if field.name not in cells:
                notes[field.name] = {"kind": "invalid", "text": ""}
            else:
                cell = cells[field.name]
                value = BLANK if cell is None else parse(cell)
                if value.__class__ is Problem:
                    notes[field.name] = self.note(
                        field, cell, value, addresses[field.name], rows.get(field.name, 0)
                    )
                    value = None
            if field.personal:
                notes.pop(field.name, None)
                personal[field.name] = None if value is None else str(value)
            else:
                values.append(value)
        values.append(notes_text(notes))
        return tuple(values), personal if self.section.personal_fields else None


def notes_text(notes: Mapping[str, Mapping[str, str]]) -> str | None:
    """``notes`` as they are stored: None or JSON."""
    if not notes:
        return None
    blank = tuple(name for name, note in notes.items() if note["kind"] == "blank")
    if len(blank) == len(notes):
        return blank_notes(blank)
    return json.dumps(notes, ensure_ascii=False)


@lru_cache(maxsize=1024)
def blank_notes(names: tuple[str, ...]) -> str:
    """The notes of fields that were left empty."""
    return json.dumps({name: {"kind": "blank", "text": ""} for name in names}, ensure_ascii=False)
