"""A file filled in an older version of its form, told in the names of the newest: rules know only those."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ingest.forms.contract import FormContract
from ingest.forms.versions import renamed_fields
from ingest.readers.result import CellMap, SectionRows


def in_newest(
    version: FormContract,
    newest: FormContract,
    sections: Mapping[str, SectionRows],
    cell_maps: Sequence[CellMap],
) -> tuple[Mapping[str, SectionRows], Sequence[CellMap]]:
    """Rows and addresses of a file of ``version`` under the newest names; what it did not ask is None."""
    if version.version == newest.version:
        return sections, cell_maps
    told: dict[str, SectionRows] = {}
    for section in newest.sections:
        if section.name in sections:
            present = renamed_fields(newest, section.name)
            names = [present.get(f.name, f.name) for f in version.section(section.name).raw_fields]
            rows = [
                (
                    row_no,
                    *(dict(zip(names, values, strict=True)).get(f.name) for f in section.raw_fields),
                    notes,
                )
                for row_no, *values, notes in (
                    (*row[:-1], _renamed_notes(row[-1], present)) for row in sections[section.name].rows
                )
            ]
            told[section.name] = SectionRows(rows, sections[section.name].personal)
    maps = [
        replace(
            item, fields={renamed_fields(newest, item.section).get(k, k): v for k, v in item.fields.items()}
        )
        for item in cell_maps
    ]
    return told, maps


def _renamed_notes(notes: Any, present: Mapping[str, str]) -> Any:
    if not isinstance(notes, str):
        return notes
    return json.dumps({present.get(k, k): v for k, v in json.loads(notes).items()}, ensure_ascii=False)
