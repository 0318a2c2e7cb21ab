"""Blanks in the formats that forms are sent in: a workbook, a CSV file with its header, a JSON skeleton.

CSV and JSON come from organisations' own programs; their blank shows an implementer what the file must hold.
"""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.filling import printed
from ingest.forms.known_values import KnownValues
from ingest.forms.template import NOTHING_KNOWN, blank_workbook


def blank_file(contract: FormContract, suffix: str, known: KnownValues = NOTHING_KNOWN) -> bytes:
    """The form's blank in one of its formats (``xlsx``, ``csv``, ``json``).

    Raises ``ValueError`` for a format that the form is not sent in.
    """
    if suffix not in contract.formats:
        raise ValueError(f"form {contract.code} is sent as {', '.join(contract.formats)}, not as {suffix}")
    if suffix == "csv":
        return _csv(contract, known)
    if suffix == "json":
        return _json(contract, known)
    return blank_workbook(contract, known)


def blank_name(contract: FormContract, suffix: str) -> str:
    """The file name of a blank: form and version, so that blanks of two versions can lie side by side."""
    return f"{contract.code}_{contract.version}.{suffix}"


def _csv(contract: FormContract, known: KnownValues) -> bytes:
    """UTF-8 with a byte-order mark and semicolons: what a Russian Excel opens as columns."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Форма", contract.code, contract.version))
    for number, section in enumerate(contract.sections):
        if number:
            writer.writerow(())
        held = known.values.get(section.name, {})
        if section.layout == "card":
            writer.writerows((f.title, _shown(f, held.get(f.name))) for f in section.fields)
            continue
        writer.writerow([f.title for f in section.fields])
        for code, label in section.rows.items():
            row = held.get(code, {})
            writer.writerow([label, *(_shown(f, row.get(f.name)) for f in section.fields[1:])])
    return text.getvalue().encode("utf-8-sig")


def _json(contract: FormContract, known: KnownValues) -> bytes:
    document: dict[str, Any] = {"form": contract.code, "version": contract.version}
    for section in contract.sections:
        held = known.values.get(section.name, {})
        document[section.path or section.name] = _json_section(section, held)
    return (json.dumps(document, ensure_ascii=False, indent=2, default=_number) + "\n").encode("utf-8")


def _json_section(section: Section, held: Any) -> Any:
    if section.layout == "card":
        return {field.name: _told(field, held.get(field.name)) for field in section.fields}
    if section.layout == "matrix":
        return {
            code: {
                field.name: _told(field, held.get(code, {}).get(field.name)) for field in section.fields[1:]
            }
            for code in section.rows
        }
    return []


def _told(field: Field, value: Any) -> Any:
    """A stored value as a JSON file says it; None where nothing is known."""
    shown = printed(field, value)
    return None if shown is None else shown if isinstance(shown, int | float | Decimal) else str(shown)


def _shown(field: Field, value: Any) -> str:
    shown = printed(field, value)
    if shown is None:
        return ""
    return f"{shown:%d.%m.%Y}" if field.type == "date" else str(shown).replace(".", ",", _fraction(field))


def _fraction(field: Field) -> int:
    """How many points of a value are decimal ones."""
    return 1 if field.type == "decimal" else 0


def _number(value: object) -> float:
    """A decimal as JSON's number."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in a blank")
