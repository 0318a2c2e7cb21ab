"""The finding: the one record that readers, Great Expectations and dbt rules all produce."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]
Category = Literal["structure", "value", "arithmetic", "consistency", "plausibility"]


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """What was found, where, what was received, what was expected and what to do, in Russian.

    ``cell`` is an address as the submitter sees it: ``C7``, ``A4:A9`` in a workbook, ``строка 12, столбец 3``
    in CSV, ``data.service_plan_year`` in JSON. ``row_no`` is the sheet row or the line of the file.
    ``received`` is None where nothing was received or the text must not be repeated (personal data).
    """

    rule_id: str
    severity: Severity
    category: Category
    section: str | None
    sheet: str | None
    cell: str | None
    row_no: int | None
    field: str | None
    received: str | None
    expected: str | None
    message: str
    hint: str
