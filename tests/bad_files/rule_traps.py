"""Traps that the reader cannot see, because every cell is well formed: the rules of the form find them.

Each file is the submission that breaks no rule (``base`` in ``tests/rules/cases``) with one thing wrong.
``python -m tests.bad_files.rule_traps`` writes ``rule_files`` anew.
"""

from __future__ import annotations

import copy
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

from ingest.forms.catalogue import contract
from ingest.forms.template import write_workbook
from tests.legacy_writers import cells_of, ods
from warehouse.yaml_files import read_yaml

CASES = Path(__file__).parents[1] / "rules" / "cases"
FOLDER = Path(__file__).with_name("rule_files")
OGRN = "1099900000012"

Rows = dict[str, list[dict[str, Any]]]


def rule_traps() -> dict[str, bytes]:
    """The files by name."""
    specialty = "09.02.07 Информационные системы и программирование"
    twice = {"employed_in_profession": 10, "employed_other": 3, "self_employed": 1, "in_army": 3}
    twice |= {"continued_education": 2, "not_employed": 3, "graduates_total": 22}
    with_date = cells_of(_made("P1"))
    with_date["Специальности"][5, 1] = date(2007, 2, 9)
    return {
        "ok_base.xlsx": _made("P4"),
        "code_with_name.xlsx": _made("P1", specialties={1: {"specialty_code": specialty}}),
        "specialty_as_date.ods": ods(with_date),
        "specialty_twice.xlsx": _made("P1", specialties={1: {"specialty_code": "15.02.19"}}),
        "line_deleted.xlsx": _made("P4", outcomes={9: None}),
        "part_above_whole.xlsx": _made("P4", outcomes={2: {"graduates_total": 4, "employed_other": 4}}),
        "disabled_counted_twice.xlsx": _made("P4", outcomes={3: twice}),
        "total_overwritten.xlsx": _made("S1", by_grade={6: {"students": 214}}),
        "participations_for_people.xlsx": _made(
            "S3",
            card={0: {"period": "2025-Q3"}},
            events={0: {"event_date": date(2025, 9, 8)}, 1: {"event_date": date(2025, 9, 15)}},
            coverage={2: {"unique_8_9": 36, "unique_total": 36}},
        ),
        "roubles_for_thousands.json": _made("C2", card={0: {"wages_thousand_rub": 420500}}),
    }


def _made(code: str, **changes: dict[int, dict[str, Any] | None]) -> bytes:
    """A workbook of the form; ``changes`` are by section and row, from 0, and None leaves a row out."""
    base = read_yaml(CASES / f"{code.lower()}.yaml")["base"]
    sections: Rows = copy.deepcopy(base["sections"])
    sections["card"][0] |= {"ogrn": OGRN, "inn": base["sender"]["inn"]}
    for name, rows in changes.items():
        for place, values in rows.items():
            sections[name][place] = {} if values is None else sections[name][place] | values
        sections[name] = [row for row in sections[name] if row]
    form = contract(code)
    if "json" in form.formats:
        document = {"form": code, "version": form.version, "data": sections["card"][0]}
        return json.dumps(document, ensure_ascii=False, indent=1).encode()
    values: dict[str, Any] = {}
    for section in form.sections:
        rows_ = sections.get(section.name, [])
        match section.layout:
            case "card":
                values[section.name] = rows_[0]
            case "matrix":
                values[section.name] = {
                    row["row_code"]: {k: v for k, v in row.items() if k != "row_code"} for row in rows_
                }
            case "table":
                values[section.name] = rows_
    buffer = io.BytesIO()
    write_workbook(form, buffer, values)
    return buffer.getvalue()


def main() -> None:
    """Writes the files and removes what is no longer among them."""
    FOLDER.mkdir(exist_ok=True)
    files = rule_traps()
    for path in FOLDER.iterdir():
        if path.name not in files:
            path.unlink()
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
