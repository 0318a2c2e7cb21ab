"""Findings grouped for one round of correction: the same error is said once, with all its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from ingest.readers.rules import JSON_FILE
from publish.feedback.places import short_list
from publish.ledger_queries import Finding
from publish.rule_names import name_of_rule

WHOLE_FILE = "файл целиком"
CELLS_NAMED = 12

_ROW = re.compile(r"Строка (?:[0-9]+|«[^»]*(?:«[^»]*»)?[^»]*»): ")


@dataclass(frozen=True)
class Place:
    """Cells where the same stood and the same was expected, and what is said about them.

    ``cells`` are addresses on ``sheet``; without any the place is the sheet, or the whole file.
    """

    sheet: str | None
    cells: tuple[str, ...]
    received: str
    expected: str
    message: str

    @property
    def where(self) -> str:
        """The place in words."""
        listed = short_list(self.cells)
        if self.sheet is None:
            return listed or WHOLE_FILE
        return f"лист «{self.sheet}»: {listed}" if listed else f"лист «{self.sheet}»"


@dataclass(frozen=True)
class FindingGroup:
    """One error: its name, the places, what to do. ``count`` is the number of findings."""

    rule_id: str
    severity: str
    title: str
    hint: str
    count: int
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """The title as part of a sentence that goes on."""
        return self.title.removesuffix(".")

    @property
    def where(self) -> str:
        """The first places in one line, and how many findings there are where they are not all named."""
        cells: dict[str | None, list[str]] = {}
        for place in self.places:
            cells.setdefault(place.sheet, []).extend(place.cells)
        named = []
        for sheet, listed in cells.items():
            place = Place(sheet, tuple(listed[:CELLS_NAMED]), "", "", "")
            named.append(place.where)
        is_whole = all(len(listed) <= CELLS_NAMED for listed in cells.values())
        text = "; ".join(named)
        return text if is_whole else f"{text} и другие, всего мест: {self.count}"


def group_findings(findings: Iterable[Finding]) -> tuple[FindingGroup, ...]:
    """Groups, critical ones first; places keep the order of the file."""

    def key(finding: Finding) -> tuple[str, str, str]:
        return finding.severity, finding.rule_id, finding.hint

    groups = []
    for (severity, rule_id, hint), members in groupby(sorted(findings, key=key), key=key):
        listed = list(members)
        groups.append(
            FindingGroup(rule_id, severity, _title(rule_id, listed), hint, len(listed), _places(listed))
        )
    return tuple(groups)


def _places(findings: Sequence[Finding]) -> tuple[Place, ...]:
    """One place per sheet and wording; cells of equal findings are listed together."""
    cells: dict[tuple[str | None, str, str, str], list[str]] = {}
    for finding in findings:
        said = (finding.sheet, finding.received or "", finding.expected or "", without_place(finding))
        listed = cells.setdefault(said, [])
        if finding.cell is not None:
            listed.append(finding.cell)
    return tuple(
        Place(sheet, tuple(listed), received, expected, message)
        for (sheet, received, expected, message), listed in cells.items()
    )


def without_place(finding: Finding) -> str:
    """The message without the place at its beginning, which is told beside it."""
    message = finding.message
    starts = []
    if finding.sheet is not None and finding.cell is not None:
        starts.append(f"Лист «{finding.sheet}», ячейка {finding.cell}")
    if finding.sheet is not None:
        starts.append(f"Лист «{finding.sheet}»")
    if finding.cell is not None:
        starts += [finding.cell[:1].upper() + finding.cell[1:], finding.cell]
    starts.append(JSON_FILE)
    for start in starts:
        if message.startswith((f"{start}: ", f"{start}, ")):
            return _sentence(message[len(start) + 2 :])
    match = _ROW.match(message)
    return _sentence(message[match.end() :]) if match else message


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _title(rule_id: str, findings: Sequence[Finding]) -> str:
    messages = {without_place(finding) for finding in findings}
    if len(messages) == 1:
        return messages.pop()
    return name_of_rule(rule_id) or without_place(findings[0])
