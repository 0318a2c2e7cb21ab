"""The registry of READ.* rules and the log that turns what a reader met into findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast, get_args

from ingest.readers.findings import Category, FindingRecord, Severity
from ingest.readers.grid import printable
from warehouse.yaml_files import read_yaml

RULES_FILE = Path(__file__).with_name("rules.yaml")
NOTHING = "ничего"
JSON_FILE = "Файл JSON"


@dataclass(frozen=True, slots=True)
class ReaderRule:
    """One thing a reader can find, with its Russian texts."""

    rule_id: str
    severity: Severity
    category: Category
    message: str
    hint: str


@cache
def reader_rules() -> Mapping[str, ReaderRule]:
    """All rules by id. Raises ``ValueError`` naming the rule that is not complete."""
    document = read_yaml(RULES_FILE)
    rules: dict[str, ReaderRule] = {}
    for rule_id, texts in document.items():
        if texts["severity"] not in get_args(Severity) or texts["category"] not in get_args(Category):
            raise ValueError(f"{RULES_FILE.name}: {rule_id}: unknown severity or category")
        if set(texts) != {"severity", "category", "message", "hint"}:
            raise ValueError(
                f"{RULES_FILE.name}: {rule_id}: needs severity, category, message and hint, only"
            )
        rules[rule_id] = ReaderRule(
            rule_id,
            cast(Severity, texts["severity"]),
            cast(Category, texts["category"]),
            texts["message"],
            texts["hint"],
        )
    return rules


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was met."""

    section: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row_no: int | None = None
    field: str | None = None
    title: str | None = None

    @property
    def key(self) -> str | None:
        """The key of a JSON file, without the object that holds it; None for what stands in other files.

        Words name the field by its title instead, where it is one of the form's.
        """
        holder, dot, key = (self.cell or "").partition(".")
        return key if self.sheet is None and dot and holder else None

    def __str__(self) -> str:
        if self.key is not None:
            return JSON_FILE if self.field is not None else f"{JSON_FILE}, ключ «{printable(self.key)}»"
        parts = []
        if self.sheet is not None:
            parts.append(f"лист «{printable(self.sheet)}»")
        if self.cell is not None:
            parts.append(f"ячейка {self.cell}" if self.sheet is not None else self.cell)
        text = ", ".join(parts) or "файл"
        return text[0].upper() + text[1:] if self.sheet is not None or "." not in text else text


class FindingLog:
    """Collects the findings of one file, in the order in which they were met."""

    def __init__(self) -> None:
        self.findings: list[FindingRecord] = []

    def add(
        self,
        rule_id: str,
        spot: Spot | None = None,
        received: str | None = None,
        expected: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Adds a finding. ``KeyError`` if the registry has no such rule."""
        rule = reader_rules()[rule_id]
        spot = spot or Spot()
        received = None if received is None else printable(received)
        texts = {
            "where": str(spot),
            "title": spot.title or "",
            "received": NOTHING if received in (None, "") else received,
            "expected": expected or "",
        }
        self.findings.append(
            FindingRecord(
                rule_id=rule_id,
                severity=severity or rule.severity,
                category=rule.category,
                section=spot.section,
                sheet=None if spot.sheet is None else printable(spot.sheet),
                cell=spot.cell,
                row_no=spot.row_no,
                field=spot.field,
                received=received,
                expected=expected,
                message=rule.message.format_map(texts),
                hint=rule.hint.format_map(texts),
            )
        )


class RefusalError(Exception):
    """The file as a whole cannot be read. Caught by :func:`ingest.readers.read.read_submission_file`."""

    def __init__(
        self, rule_id: str, received: str, expected: str | None = None, spot: Spot | None = None
    ) -> None:
        super().__init__(f"{rule_id}: {received}")
        self.rule_id = rule_id
        self.received = received
        self.expected = expected
        self.spot = spot
