"""The contract key ``prefilledFrom``: which fields are known from another form, and that it can be so.

A field may be prefilled from a form of the same submitter, for the same period or for the school year that
the period counts to. Whatever else is said there is refused with file, line and key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ingest.forms.contract import Field, FormContract, PrefilledFrom, Section
from ingest.forms.contract_file import ContractError, ContractFile, Key

_KEYS = ("form", "section", "field", "rows")


def prefilled_from(source: ContractFile, value: Any, at: tuple[Key, ...]) -> PrefilledFrom | None:
    """The key's value, checked for its own shape; None where the field has no such key."""
    if value is None:
        return None
    if not isinstance(value, dict):
        raise source.error(at, "must be a mapping: {form: S1, section: by_grade, field: students}")
    for key in value:
        if key not in _KEYS:
            raise source.error((*at, str(key)), f"unknown key; known: {', '.join(_KEYS)}")
    for key in _KEYS[:3]:
        if not isinstance(value.get(key), str) or not value[key]:
            raise source.error((*at, key), "must be a non-empty text")
    rows = value.get("rows", [])
    if not isinstance(rows, list) or ("rows" in value and not rows):
        raise source.error((*at, "rows"), "must be a non-empty list of row codes")
    return PrefilledFrom(value["form"], value["section"], value["field"], tuple(str(row) for row in rows))


def check_prefilled(sources: Sequence[ContractFile], contracts: Sequence[FormContract]) -> None:
    """Refuses a field prefilled from what no form holds. ``sources[i]`` is the file of ``contracts[i]``.

    Raises :class:`ContractError` with file, line and key.
    """
    for source, contract in zip(sources, contracts, strict=True):
        for i, section in enumerate(contract.sections):
            for j, field in enumerate(section.fields):
                if field.prefilled_from is not None:
                    customs = source.document["schema"][i]["properties"][j]["customProperties"]
                    k = next(k for k, custom in enumerate(customs) if custom.get("property") == "orientir")
                    at = ("schema", i, "properties", j, "customProperties", k, "value", "prefilledFrom")
                    _Check(source, at, contract, section, field, field.prefilled_from).against(contracts)


@dataclass(frozen=True)
class _Check:
    source: ContractFile
    at: tuple[Key, ...]
    contract: FormContract
    section: Section
    field: Field
    known: PrefilledFrom

    def against(self, contracts: Sequence[FormContract]) -> None:
        self._target()
        versions = [c for c in contracts if c.code == self.known.form]
        if not versions:
            raise self._error("form", f"there is no form {self.known.form!r}")
        held = [c for c in versions if c.in_force(self.contract.valid_from)] or versions[-1:]
        self._form(held[-1])
        try:
            section = held[-1].section(self.known.section)
        except KeyError:
            names = ", ".join(s.name for s in held[-1].sections)
            raise self._error(
                "section", f"form {self.known.form} has no section {self.known.section!r}; it has {names}"
            ) from None
        self._section(section)
        try:
            field = section.field(self.known.field)
        except KeyError:
            names = ", ".join(f.name for f in section.fields)
            raise self._error(
                "field", f"{section.table} has no field {self.known.field!r}; it has {names}"
            ) from None
        self._field(field)

    def _target(self) -> None:
        """What may be prefilled at all."""
        if self.section.layout == "table":
            raise self._error(None, "rows of a table are not known in advance: only cards and matrices")
        if self.field.role is not None or self.field.personal or self.field.sum_of:
            raise self._error(None, "requisites, personal data and totals are not prefilled from a form")

    def _form(self, form: FormContract) -> None:
        if form.code == self.contract.code:
            raise self._error("form", "a form cannot be prefilled from itself")
        if form.submitter != self.contract.submitter:
            raise self._error(
                "form", f"{form.code} is sent by {form.submitter}, this form by {self.contract.submitter}"
            )
        if form.period_type not in ("school_year", self.contract.period_type):
            raise self._error(
                "form", f"{form.code} is sent per {form.period_type}: no one period of it fits this form's"
            )

    def _section(self, section: Section) -> None:
        rows = self.known.rows
        if section.layout == "table":
            raise self._error("section", f"{section.table} is a table: its rows are not known in advance")
        if section.layout == "card" and rows:
            raise self._error("rows", f"{section.table} is a card and has no rows")
        unknown = [row for row in rows if row not in section.rows]
        if unknown:
            raise self._error("rows", f"{section.table} has no row {unknown[0]!r}")
        if section.layout == "matrix" and not rows:
            if self.section.layout == "card":
                raise self._error("rows", f"name the rows of {section.table} that are added up")
            if not set(section.rows) & set(self.section.rows):
                raise self._error("rows", f"{section.table} and {self.section.table} share no row code")

    def _field(self, field: Field) -> None:
        if field.role is not None or field.personal:
            raise self._error("field", f"{field.name} is a requisite or personal and is not passed on")
        if field.type != self.field.type:
            raise self._error("field", f"{field.name} is {field.type}, this field is {self.field.type}")
        if field.codes != self.field.codes:
            raise self._error("field", f"{field.name} has other codes than this field")
        if len(self.known.rows) > 1 and field.type not in ("integer", "decimal"):
            raise self._error("rows", f"{field.name} is {field.type}: only numbers are added up")

    def _error(self, key: str | None, problem: str) -> ContractError:
        return self.source.error(self.at if key is None else (*self.at, key), problem)
