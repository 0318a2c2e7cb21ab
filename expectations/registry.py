"""The registry of rules: what must hold for a submission, read from ``rules/*.yaml`` and from the contracts.

A rule is a check (a Great Expectations expectation with its arguments), an entry that explains it (severity,
title, message, hint, source) and two tests (one that passes, one that fails). The hand-written rules stand in
``rules/<form>.yaml``; ``rules/requisites.yaml`` holds those that every form shares; the structural ones
follow from the contracts (:mod:`expectations.structural`).
"""

from __future__ import annotations

import csv
import hashlib
import string
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from expectations.derived import CONTEXT_COLUMNS, DERIVED_KINDS, DerivedColumn
from ingest.forms.catalogue import CONTRACTS_DIR, load_contracts
from ingest.forms.contract import FormContract
from ingest.readers.findings import Category, Severity
from warehouse.settings import PROJECT_DIR
from warehouse.yaml_files import read_yaml

RULES_DIR = Path(__file__).parent / "rules"
REQUISITES_FILE = RULES_DIR / "requisites.yaml"
MEASURES_FILE = PROJECT_DIR / "dbt_project" / "seeds" / "roadmap_measures.csv"

Grain = Literal["row", "submission"]
Origin = Literal["rules", "contract"]

# Placeholders every text may use, beside the columns of the section's batch.
TEXT_NAMES = frozenset({"received", "expected", "field_title", "row_title"})


class RuleError(ValueError):
    """A rules file is wrong; the message names the file, the rule and what to change."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Strict):
    """One rule of one form.

    ``section`` and ``field`` are the address of the cell that a finding points to. ``grain`` says what one
    checked row is: a row of the section, or the whole submission. ``arguments`` go to the expectation as they
    stand. ``expected`` says in words what should have stood there; ``message`` and ``hint`` tell the
    submitter what is wrong and what to do. The three texts may name ``{received}``, ``{expected}``,
    ``{field_title}`` (as printed), ``{row_title}`` (printed label of a matrix row) and any column of the
    section's batch. ``received`` overrides what is shown as received, which is the value of ``field``.
    ``basis`` is the source of the rule. It holds for periods that begin within [valid_from, valid_to].
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]\d{1,2}\.[A-Z]+(\.[A-Z0-9_]+)+$")]
    form_code: str
    title: Annotated[str, Field(min_length=3)]
    severity: Severity
    category: Category
    section: str
    field: str | None = None
    grain: Grain = "row"
    expectation: Annotated[str, Field(pattern=r"^expect_[a-z_]+$")]
    arguments: dict[str, Any]
    received: str | None = None
    expected: Annotated[str, Field(min_length=1)]
    message: Annotated[str, Field(min_length=10)]
    hint: Annotated[str, Field(min_length=10)]
    basis: Annotated[str, Field(min_length=3)]
    valid_from: date
    valid_to: date | None = None
    origin: Origin = "rules"

    @model_validator(mode="after")
    def _coherent(self) -> Rule:
        if not self.id.startswith(f"{self.form_code}."):
            raise ValueError(f"rule {self.id} stands among the rules of form {self.form_code}")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"rule {self.id} ends ({self.valid_to}) before it begins ({self.valid_from})")
        return self

    @property
    def batch(self) -> str:
        """Which batch the rule runs on: the section, or ``submission`` for rules about the whole."""
        return self.section if self.grain == "row" else SUBMISSION_BATCH

    def holds_on(self, day: date) -> bool:
        """Whether a period that begins on that day is checked by this rule."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def columns(self) -> frozenset[str]:
        """Columns of the batch that the check and the texts use."""
        names = set(_columns_of(self.arguments))
        for text in (self.received, self.expected, self.message, self.hint):
            names.update(placeholders(text) if text else ())
        if self.field is not None and self.grain == "row":
            names.add(self.field)
        if "row_title" in names:
            names.add("row_code")
        return frozenset(names - TEXT_NAMES)


# The batch whose rows are whole submissions.
SUBMISSION_BATCH = "submission"


class RuleBook(_Strict):
    """The rules of one form with the columns that its batches compute for them."""

    form_code: str
    rules: tuple[Rule, ...]
    derived: tuple[DerivedColumn, ...]

    def of_batch(self, batch: str) -> tuple[Rule, ...]:
        """The rules that run on a section, or on ``submission``."""
        return tuple(rule for rule in self.rules if rule.batch == batch)

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id; ``KeyError`` if the form has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(f"form {self.form_code} has no rule {rule_id}")


@cache
def rule_book(form_code: str) -> RuleBook:
    """Every rule of a form: hand-written, shared and structural, in the order of their ids.

    Raises :class:`RuleError` for a rule that names an unknown section, field or column, or repeats an id.
    """
    from expectations.structural import structural_rules

    contracts = load_contracts()
    if form_code not in contracts:
        raise RuleError(f"there is no form {form_code}; known forms: {', '.join(sorted(contracts))}")
    contract = contracts[form_code]
    written, derived = _read_form(contract)
    rules = [*written, *_read_requisites(contract), *structural_rules(contract)]
    _refuse_repeats(rules)
    for rule in rules:
        _check(rule, contract, derived)
    return RuleBook(
        form_code=form_code,
        rules=tuple(sorted(rules, key=lambda rule: rule.id)),
        derived=derived,
    )


def all_rules() -> tuple[Rule, ...]:
    """Every rule of every form."""
    return tuple(rule for code in sorted(load_contracts()) for rule in rule_book(code).rules)


@cache
def ruleset_version() -> str:
    """First 12 hex digits of the SHA-256 over the rules, the contracts and the code lists they refer to.

    Decisions carry it: a submission decided under other rules keeps its decision and gets a new one.
    """
    digest = hashlib.sha256()
    for path in (*sorted(RULES_DIR.glob("*.yaml")), *sorted(CONTRACTS_DIR.glob("*.yaml")), MEASURES_FILE):
        digest.update(path.name.encode())
        digest.update(b"\0")
        digest.update(path.read_bytes())
        digest.update(b"\0")
    return digest.hexdigest()[:12]


@cache
def measure_codes() -> dict[str, list[str]]:
    """Codes of the road map's measures by region, from the seed that the warehouse loads too."""
    try:
        with MEASURES_FILE.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except FileNotFoundError as error:
        raise RuleError(
            f"{MEASURES_FILE}: the list of road-map measures is missing; restore it from the repository"
        ) from error
    codes: dict[str, list[str]] = {}
    for row in rows:
        if row.get("is_header", "false") != "true":
            codes.setdefault(row["region_code"], []).append(row["measure_code"])
    return {region: sorted(listed) for region, listed in sorted(codes.items())}


CODE_LISTS = {"roadmap_measures": measure_codes}


def placeholders(text: str) -> Iterator[str]:
    """Names in braces of a template."""
    for _, name, _, _ in string.Formatter().parse(text):
        if name is not None:
            yield name


def batch_columns(contract: FormContract, batch: str, derived: tuple[DerivedColumn, ...]) -> frozenset[str]:
    """Every column that rules of a batch may use."""
    names = {"submission_id", "row_no", *CONTEXT_COLUMNS}
    for column in derived:
        if column.batch == batch:
            names.update(column.columns())
    if batch != SUBMISSION_BATCH:
        names.update(field.name for field in contract.section(batch).raw_fields)
    return frozenset(names)


def _read_form(contract: FormContract) -> tuple[list[Rule], tuple[DerivedColumn, ...]]:
    from expectations.structural import structural_columns

    path = RULES_DIR / f"{contract.code.lower()}.yaml"
    content = _load(path)
    try:
        derived = tuple(DERIVED_KINDS.validate_python(item) for item in content.pop("derived", []))
    except ValidationError as error:
        raise RuleError(f"{path}: derived: {error}") from error
    entries = [{"form_code": contract.code, **entry} for entry in _entries(path, content)]
    return _rules(path, entries), (*derived, *structural_columns(contract))


def _read_requisites(contract: FormContract) -> list[Rule]:
    content = _load(REQUISITES_FILE)
    entries = []
    for entry in _entries(REQUISITES_FILE, content):
        forms = entry.pop("forms", None)
        if forms is None or contract.code in forms:
            entries.append(
                {**entry, "id": entry["id"].replace("FORM", contract.code, 1), "form_code": contract.code}
            )
    return _rules(REQUISITES_FILE, entries)


def _load(path: Path) -> dict[str, Any]:
    try:
        content = read_yaml(path)
    except FileNotFoundError as error:
        raise RuleError(f"{path}: the rules of this form are missing; add the file") from error
    except yaml.YAMLError as error:
        raise RuleError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise RuleError(f"{path}: write a mapping with the key 'rules'")
    return content


def _entries(path: Path, content: dict[str, Any]) -> list[dict[str, Any]]:
    """The file's rules, with the validity that the file gives to all of them."""
    unknown = set(content) - {"form", "valid_from", "rules"}
    if unknown or "rules" not in content or "valid_from" not in content:
        raise RuleError(f"{path}: keys are form, valid_from, derived and rules; found {sorted(content)}")
    return [{"valid_from": content["valid_from"], **entry} for entry in content["rules"]]


def _rules(path: Path, entries: list[dict[str, Any]]) -> list[Rule]:
    rules = []
    for entry in entries:
        try:
            rule = Rule.model_validate(entry)
        except ValidationError as error:
            raise RuleError(f"{path}: rule {entry.get('id', '?')}: {error}") from error
        rules.append(rule.model_copy(update={"arguments": _with_code_lists(path, rule)}))
    return rules


def _with_code_lists(path: Path, rule: Rule) -> dict[str, Any]:
    """Replace ``code_list: <name>`` by the list's codes per region."""
    arguments = dict(rule.arguments)
    name = arguments.pop("code_list", None)
    if name is None:
        return arguments
    if name not in CODE_LISTS:
        raise RuleError(f"{path}: rule {rule.id}: unknown code_list {name!r}; known: {sorted(CODE_LISTS)}")
    return {**arguments, "lists": CODE_LISTS[name]()}


def _check(rule: Rule, contract: FormContract, derived: tuple[DerivedColumn, ...]) -> None:
    sections = {section.name for section in contract.sections}
    if rule.section not in sections:
        raise RuleError(f"rule {rule.id}: form {contract.code} has no section {rule.section!r}")
    fields = {field.name for field in contract.section(rule.section).raw_fields}
    if rule.field is not None and rule.field not in fields:
        raise RuleError(f"rule {rule.id}: section {rule.section} has no field {rule.field!r}")
    unknown = rule.columns() - batch_columns(contract, rule.batch, derived)
    if unknown:
        raise RuleError(
            f"rule {rule.id}: the batch {rule.batch!r} has no column {', '.join(sorted(unknown))}"
        )


def _refuse_repeats(rules: list[Rule]) -> None:
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise RuleError(f"rule {rule.id} is defined twice")
        seen.add(rule.id)


def _columns_of(arguments: dict[str, Any]) -> Iterator[str]:
    """Column names among an expectation's arguments."""
    for name, value in arguments.items():
        if name in {"column", "limit", "of", "lower", "upper", "companion", "group"} and value is not None:
            yield value
        elif name in {"parts", "plus", "columns", "where"} and value is not None:
            yield from value
