"""Identifiers that depend only on what they identify, so that a rerun after a crash writes the same rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid5

NS = UUID("6f1d3b5e-0c6a-5d0e-9b7e-2f6f72696e74")


def receipt_id(channel: str, source_uri: str, sha256: str, received_at: datetime) -> UUID:
    """One arrival of one content at one address. ``received_at`` must be timezone-aware."""
    return uuid5(NS, f"{channel}|{source_uri}|{sha256}|{_utc(received_at)}")


def submission_id(receipt: UUID) -> UUID:
    """The submission that arrived with a receipt."""
    return uuid5(NS, f"submission|{receipt}")


def finding_id(
    submission: UUID,
    ruleset_version: str,
    source: str,
    rule_id: str,
    *,
    section: str | None,
    row_no: int | None,
    field: str | None,
    ordinal: int = 0,
) -> UUID:
    """One breach of one rule at one place.

    ``ordinal`` tells apart several breaches of a rule that have no row and field of their own, such as two
    superfluous sheets: 0 for the first, then 1, 2… in the order of their cells.
    """
    place = "|".join("" if part is None else str(part) for part in (section, row_no, field))
    suffix = f"|{ordinal}" if ordinal else ""
    return uuid5(NS, f"{submission}|{ruleset_version}|{source}|{rule_id}|{place}{suffix}")


def _utc(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no timezone: the moment of receipt must be unambiguous")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
