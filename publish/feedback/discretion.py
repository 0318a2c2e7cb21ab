"""What a protocol does not repeat even to the one who wrote it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from publish.ledger_queries import Finding

PERSONAL_RULE = "READ.PERSONAL_DATA"
OUTSIDE_THE_FORM = "READ.EXTRA_CELL"


def discreet(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without quotations from cells beside personal data.

    Where pupils' data stand on a sheet, the other cells outside the form are most likely about them too.
    """
    listed = list(findings)
    betrayed = {finding.sheet for finding in listed if finding.rule_id == PERSONAL_RULE}
    return [
        replace(
            finding,
            received=None,
            message=finding.message.replace(f" «{finding.received}»", ""),
        )
        if finding.rule_id == OUTSIDE_THE_FORM and finding.sheet in betrayed
        else finding
        for finding in listed
    ]
