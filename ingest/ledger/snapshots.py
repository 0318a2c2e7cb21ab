"""What the marts of a release followed from, where the ledger keeps no history of it: one content per state.

Registry, obligations, decisions in force and closings are written over by later ones. A release keeps them as
they stood, so that it can be rebuilt and compared with another one a year later. Releases of one state share
the content.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from psycopg import Connection, sql

# Table to the columns that are kept and the order of its rows.
TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "region": (("region_code", "name_ru", "timezone"), "region_code"),
    "registry_version": (("registry_sha256", "region_code", "source_uri", "loaded_at"), "registry_sha256"),
    "organisation": (
        (
            "ogrn", "region_code", "kind", "inn", "name_full", "name_short", "oktmo", "territory_oktmo",
            "is_urban", "has_grade_10_11", "folder", "valid_from", "valid_to", "successor_ogrn",
            "registry_sha256",
        ),
        "ogrn",
    ),
    "organisation_version": (
        (
            "ogrn", "valid_from", "region_code", "kind", "inn", "name_full", "name_short", "oktmo",
            "territory_oktmo", "is_urban", "has_grade_10_11", "registry_sha256",
        ),
        "ogrn, valid_from",
    ),
    "obligation": (
        (
            "ogrn", "form_code", "period_code", "region_code", "opens_on", "due_on", "grace_until",
            "closes_on",
        ),
        "ogrn, form_code, period_code",
    ),
    "decision": (
        (
            "submission_id", "ruleset_version", "outcome", "critical_count", "warning_count", "decided_at",
            "is_current",
        ),
        "submission_id",
    ),
    "period_closing": (
        ("closing_id", "region_code", "scope_code", "counts_until", "recorded_at", "closed_by", "comment"),
        "closing_id",
    ),
    "closed_period": (("closing_id", "period_code"), "closing_id, period_code"),
    "period_exception": (
        (
            "exception_id", "region_code", "scope_code", "form_code", "ogrn", "name", "granted_by",
            "granted_at", "expires_at",
        ),
        "exception_id",
    ),
    "excepted_period": (("exception_id", "period_code"), "exception_id, period_code"),
}  # fmt: skip
# Submissions whose figures counted: one id a line.
COUNTING = "counting"
_MOMENT = (1980, 1, 1, 0, 0, 0)


def take(connection: Connection[Any], counting: Iterable[str], taken_at: datetime) -> str:
    """Keep the present state in the caller's transaction, unless it is kept already; return its SHA-256.

    `counting` are the submissions whose figures the marts hold.
    """
    digest = hashlib.sha256()
    buffer = io.BytesIO()
    # Moments are printed in one zone, whatever the session's: equal states have equal bytes.
    connection.execute("set local timezone to 'UTC'")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, (columns, order) in TABLES.items():
            digest.update(f"{table}\0".encode())
            with archive.open(zipfile.ZipInfo(table, _MOMENT), "w") as member:
                for block in _rows(connection, table, columns, order):
                    digest.update(block)
                    member.write(block)
        listed = "".join(f"{submission}\n" for submission in sorted(counting)).encode("ascii")
        digest.update(f"{COUNTING}\0".encode() + listed)
        archive.writestr(zipfile.ZipInfo(COUNTING, _MOMENT), listed, zipfile.ZIP_DEFLATED)
    key = digest.hexdigest()
    connection.execute(
        "insert into ledger.snapshot (sha256, content, taken_at) values (%s, %s, %s)"
        " on conflict (sha256) do nothing",
        [key, buffer.getvalue(), taken_at],
    )
    return key


def _rows(connection: Connection[Any], table: str, columns: tuple[str, ...], order: str) -> Iterator[bytes]:
    chosen = sql.SQL("where is_current") if table == "decision" else sql.SQL("")
    query = sql.SQL("copy (select {} from {} {} order by {}) to stdout (format csv)").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.Identifier("ledger", table),
        chosen,
        sql.SQL(", ").join(sql.Identifier(name.strip()) for name in order.split(",")),
    )
    with connection.cursor().copy(query) as copy:
        for block in copy:
            yield bytes(block)


class Snapshot:
    """A state that was kept."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))

    @classmethod
    def read(cls, connection: Connection[Any], sha256: str) -> Snapshot:
        """Raises LookupError when the ledger holds no such state."""
        row = connection.execute("select content from ledger.snapshot where sha256 = %s", [sha256]).fetchone()
        if row is None:
            raise LookupError(f"ledger.snapshot holds no state {sha256}")
        return cls(row[0])

    def counting(self) -> list[str]:
        """Ids of the submissions whose figures counted, sorted."""
        return self._archive.read(COUNTING).decode("ascii").split()

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        """The rows of one table by column, as text; an absent value is an empty one."""
        with self._archive.open(table) as member:
            text = io.TextIOWrapper(member, encoding="utf-8", newline="")
            yield from csv.DictReader(text, fieldnames=TABLES[table][0])

    def copy_into(self, connection: Connection[Any], table: str, into: sql.Identifier | None = None) -> None:
        """Write the rows of one table into the same table of another database, or into one like it."""
        columns = sql.SQL(", ").join(map(sql.Identifier, TABLES[table][0]))
        query = sql.SQL("copy {} ({}) from stdin (format csv)").format(
            into or sql.Identifier("ledger", table), columns
        )
        with connection.cursor().copy(query) as copy, self._archive.open(table) as member:
            while block := member.read(1 << 20):
                copy.write(block)
