"""From failing rows to findings: the cell's address, the value received, the texts, and no repetition."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import psycopg

from expectations.batch import Batch
from expectations.registry import Rule
from expectations.suite import FailingRow
from expectations.wording import Wording, sentence
from ingest.forms.contract import FormContract
from ingest.readers.findings import FindingRecord
from ingest.readers.result import CellMap, cell_address

# A rule that half a table breaks is told by its first rows and the number of the others.
ROWS_PER_RULE = 100


@dataclass
class RuleTally:
    """How many rows and submissions broke a rule."""

    failed_rows: int = 0
    submissions: int = 0


@dataclass
class SubmissionTally:
    """How many findings of each severity a submission got."""

    critical: int = 0
    warning: int = 0

    def count(self, severity: str, number: int = 1) -> None:
        """Add findings of a severity."""
        if severity == "critical":
            self.critical += number
        else:
            self.warning += number


@dataclass
class Tallies:
    """Counts of one run, by rule and by submission."""

    rules: dict[str, RuleTally] = field(default_factory=dict)
    submissions: dict[UUID, SubmissionTally] = field(default_factory=dict)


class CellAddresses:
    """Addresses of values in the files that the submissions came from."""

    def __init__(self, maps: Mapping[tuple[UUID, str], CellMap]) -> None:
        self._maps = maps

    @classmethod
    def of(
        cls,
        connection: psycopg.Connection[Any],
        submissions: Sequence[UUID],
        renamed: Mapping[str, Mapping[str, str]] | None = None,
    ) -> CellAddresses:
        """The addresses that the ledger keeps for the submissions.

        ``renamed``: by section, earlier names of fields and the present ones, under which rules ask.
        """
        # Most files follow the same template: equal maps are kept once.
        known: dict[tuple[str, str, str | None, str], CellMap] = {}
        maps: dict[tuple[UUID, str], CellMap] = {}
        rows = connection.execute(
            "select submission_id, section, layout, sheet, first_row, fields::text from ledger.cell_map"
            " where submission_id = any(%s)",
            [list(submissions)],
        )
        for submission, section, layout, sheet, first_row, fields in rows:
            key = (section, layout, sheet, fields)
            if key not in known:
                present = (renamed or {}).get(section, {})
                places = {present.get(name, name): place for name, place in json.loads(fields).items()}
                known[key] = CellMap(section, layout, sheet, first_row, places)
            maps[submission, section] = known[key]
        return cls(maps)

    def address(
        self, submission: UUID, section: str | None, row_no: int | None, field_name: str | None
    ) -> tuple[str | None, str | None]:
        """(sheet, cell); None where the file has no such place. A table's cell needs the row's number."""
        cell_map = self._maps.get((submission, section or ""))
        if cell_map is None:
            return None, None
        place = cell_map.fields.get(field_name) if field_name is not None else None
        if place is None or (row_no is None and cell_map.layout != "card"):
            return cell_map.sheet, None
        return cell_map.sheet, cell_address(cell_map.layout, cell_map.sheet, place, row_no or 0)


class FindingFactory:
    """Turns the failing rows of one form into findings, submission by submission, and counts them."""

    def __init__(
        self,
        contract: FormContract,
        addresses: CellAddresses,
        broken_structure: frozenset[UUID],
        tallies: Tallies,
    ) -> None:
        self._contract = contract
        self._addresses = addresses
        self._broken_structure = broken_structure
        self._tallies = tallies
        self._wordings = {section.name: Wording(section) for section in contract.sections}
        self._cards = {section.name for section in contract.sections if section.layout == "card"}

    def findings(
        self, batch: Batch, rows: Iterable[FailingRow]
    ) -> Iterator[tuple[UUID, Sequence[FindingRecord]]]:
        """Findings by submission. ``rows`` come sorted by submission."""
        for submission, group in groupby(rows, key=attrgetter("submission_id")):
            found = self._of_submission(submission, group)
            if found:
                tally = self._tallies.submissions.setdefault(submission, SubmissionTally())
                for finding in found:
                    tally.count(finding.severity)
                yield submission, found

    def _of_submission(self, submission: UUID, rows: Iterable[FailingRow]) -> list[FindingRecord]:
        counts: Counter[str] = Counter()
        rules: dict[str, Rule] = {}
        found: list[FindingRecord] = []
        for row in rows:
            for rule in row.rules:
                if self._is_said_already(rule, row):
                    continue
                rules[rule.id] = rule
                counts[rule.id] += 1
                if counts[rule.id] <= ROWS_PER_RULE:
                    found.append(self._finding(rule, row))
        for rule_id, count in counts.items():
            tally = self._tallies.rules.setdefault(rule_id, RuleTally())
            tally.failed_rows += count
            tally.submissions += 1
            if count > ROWS_PER_RULE:
                found.append(self._summary(submission, rules[rule_id], count - ROWS_PER_RULE))
        return found

    def _is_said_already(self, rule: Rule, row: FailingRow) -> bool:
        """The reader reports what it could not type, and what is wrong with the table as a whole."""
        if rule.origin != "contract":
            return False
        if rule.grain == "submission":
            return row.submission_id in self._broken_structure
        note = (row.notes or {}).get(rule.field or "")
        return note is not None and note["kind"] != "blank"

    def _finding(self, rule: Rule, row: FailingRow) -> FindingRecord:
        has_row = rule.grain == "row" and rule.section not in self._cards
        sheet, cell = self._addresses.address(
            row.submission_id, rule.section, row.row_no, rule.field if rule.grain == "row" else None
        )
        texts = self._wordings[rule.section].texts(rule, row.row_no, row.values)
        return FindingRecord(
            rule_id=rule.id,
            severity=rule.severity,
            category=rule.category,
            section=rule.section,
            sheet=sheet,
            cell=cell,
            row_no=row.row_no if has_row else None,
            field=rule.field,
            received=texts.received,
            expected=texts.expected,
            message=texts.message,
            hint=texts.hint,
        )

    def _summary(self, submission: UUID, rule: Rule, further: int) -> FindingRecord:
        sheet, _ = self._addresses.address(submission, rule.section, None, None)
        return FindingRecord(
            rule_id=rule.id,
            severity=rule.severity,
            category=rule.category,
            section=rule.section,
            sheet=sheet,
            cell=None,
            row_no=None,
            field=rule.field,
            received=f"строк с ошибкой сверх показанных: {further}",
            expected=rule.title,
            message=sentence(f"та же ошибка ещё в {further} строках: не выполнено условие «{rule.title}»."),
            hint="Исправьте показанные строки и проверьте остальные строки таблицы так же.",
        )
