"""Versions of a form: the names that a field had before, and what differs between two versions.

Raw tables keep a column for every name; who reads them says the newest name and means the earlier ones too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.forms.catalogue import all_contracts
from ingest.forms.contract import Field, FormContract, Section

Kind = Literal["added", "removed", "renamed", "narrowed", "changed", "moved"]


@dataclass(frozen=True)
class Change:
    """One difference between two versions: what, where, and whether files that were right become wrong."""

    kind: Kind
    place: str
    text: str
    is_breaking: bool

    def __str__(self) -> str:
        mark = "breaking" if self.is_breaking else "safe"
        return f"{self.kind:8} {mark:8} {self.place}: {self.text}"


def versions(form_code: str) -> tuple[FormContract, ...]:
    """All versions of a form, the newest first."""
    return tuple(reversed([c for c in all_contracts() if c.code == form_code]))


def earlier_names(form_code: str, section_name: str, field_name: str) -> tuple[str, ...]:
    """The names under which older versions have the field, the latest of them first."""
    names: list[str] = []
    name = field_name
    for version in versions(form_code):
        field = _field(version, section_name, name)
        if field is not None and field.formerly is not None:
            name = field.formerly
            names.append(name)
    return tuple(names)


def first_version_with(form_code: str, section_name: str, field_name: str) -> FormContract:
    """The oldest version that has the field, under whatever name.

    Raises ``KeyError`` where the newest version has no such field.
    """
    found: FormContract | None = None
    name = field_name
    for version in versions(form_code):
        field = _field(version, section_name, name)
        if field is None:
            break
        found, name = version, field.formerly or name
    if found is None:
        raise KeyError(f"form {form_code} has no field {section_name}.{field_name}")
    return found


def is_in_oldest(form_code: str, section_name: str, field_name: str) -> bool:
    """Whether the form has had the field, under whatever name, from its first version on."""
    return first_version_with(form_code, section_name, field_name) is versions(form_code)[-1]


def renamed_fields(contract: FormContract, section_name: str) -> dict[str, str]:
    """Earlier name -> name in this version, for the fields of a section."""
    return {
        earlier: field.name
        for field in contract.section(section_name).fields
        for earlier in earlier_names(contract.code, section_name, field.name)
    }


def all_raw_fields(form_code: str, section_name: str) -> tuple[Field, ...]:
    """Every column of the section's raw table: the newest version's, then those that only older ones have."""
    found: dict[str, Field] = {}
    for version in versions(form_code):
        for section in version.sections:
            if section.name == section_name:
                for field in section.raw_fields:
                    found.setdefault(field.name, field)
    return tuple(found.values())


def compare(old: FormContract, new: FormContract) -> list[Change]:
    """What differs from ``old`` to ``new``, section by section in the order of the newer form."""
    changes: list[Change] = []
    old_sections = {section.name: section for section in old.sections}
    for section in new.sections:
        before = old_sections.pop(section.name, None)
        if before is None:
            changes.append(Change("added", section.name, f"section «{section.title}»", True))
        else:
            changes += _section_changes(before, section)
    for name, section in old_sections.items():
        changes.append(Change("removed", name, f"section «{section.title}»", True))
    return changes


def _section_changes(old: Section, new: Section) -> Iterator[Change]:
    place = new.name
    if (old.sheet, old.header_row, old.first_row) != (new.sheet, new.header_row, new.first_row):
        text = f"«{old.sheet}» row {old.header_row} -> «{new.sheet}» row {new.header_row}"
        yield Change("moved", place, text, True)
    for code in new.rows.keys() - old.rows.keys():
        yield Change("added", place, f"row {code}", True)
    for code in old.rows.keys() - new.rows.keys():
        yield Change("removed", place, f"row {code}", True)
    before = {field.name: field for field in old.fields}
    for field in new.fields:
        was = before.pop(field.name, None) or before.pop(field.formerly or "", None)
        at = f"{place}.{field.name}"
        if was is None:
            yield Change("added", at, "required" if field.required else "optional", field.required)
            continue
        if was.name != field.name:
            yield Change("renamed", at, f"was {was.name}", True)
        yield from _field_changes(at, was, field)
    for name, field in before.items():
        yield Change("removed", f"{place}.{name}", f"«{field.title}»", True)


def _field_changes(at: str, old: Field, new: Field) -> Iterator[Change]:
    if old.title != new.title:
        yield Change("changed", at, f"title «{old.title}» -> «{new.title}»", True)
    if (old.type, old.physical_type) != (new.type, new.physical_type):
        yield Change("changed", at, f"type {old.physical_type} -> {new.physical_type}", True)
    if new.required and not old.required:
        yield Change("narrowed", at, "optional -> required", True)
    elif old.required and not new.required:
        yield Change("changed", at, "required -> optional", False)
    for name, was, now, sign in (
        ("minimum", old.minimum, new.minimum, 1),
        ("maximum", old.maximum, new.maximum, -1),
        ("maximum length", old.max_length, new.max_length, -1),
    ):
        if was != now:
            narrowed = now is not None and (was is None or (now - was) * sign > 0)
            yield Change("narrowed" if narrowed else "changed", at, f"{name} {was} -> {now}", narrowed)
    if old.pattern != new.pattern:
        yield Change("narrowed", at, f"pattern {old.pattern} -> {new.pattern}", new.pattern is not None)
    for printed in sorted(old.codes.keys() - new.codes.keys()):
        yield Change("narrowed", at, f"«{printed}» is not in the list any more", True)
    for printed in sorted(new.codes.keys() - old.codes.keys()):
        yield Change("changed", at, f"«{printed}» is in the list now", False)


def _field(contract: FormContract, section_name: str, field_name: str) -> Field | None:
    for section in contract.sections:
        if section.name == section_name and any(f.name == field_name for f in section.fields):
            return section.field(field_name)
    return None
