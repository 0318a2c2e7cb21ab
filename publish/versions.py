"""By what a release was made: versions of methodology, rules, contracts and code."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

import psycopg

from publish.code_version import code_version
from warehouse.settings import PROJECT_DIR

ROOMS = ("warehouse", "ingest", "expectations", "publish", "orientir", "dbt_project")
# What is written there at work, and what decides nothing.
NOT_CODE = frozenset({"__pycache__", "target", "logs", "dbt_packages"})


@dataclass(frozen=True)
class Versions:
    """Versions in force when a release was made; None stands for what did not take part or was not kept."""

    methodology: str | None
    ruleset: str | None
    contracts: str | None
    code: str | None

    def differences(self, other: Versions) -> list[str]:
        """Names of what differs from another release's, in a fixed order."""
        names = ("methodology", "ruleset", "contracts", "code")
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def present(connection: psycopg.Connection[Any], period_code: str | None) -> Versions:
    """The versions now in force. The methodology is that of the period's school year, read as any role that
    sees `reference`; None before the first build or without a period.
    """
    from expectations.registry import ruleset_version

    return Versions(
        methodology=methodology_of(connection, period_code),
        ruleset=ruleset_version(),
        contracts=contracts_version(),
        code=house_version(),
    )


def methodology_of(connection: psycopg.Connection[Any], period_code: str | None) -> str | None:
    """The methodology that rates the school year of a period."""
    from ingest.periods import parse_period

    known = connection.execute("select to_regclass('reference.methodology')").fetchone()
    if period_code is None or known is None or known[0] is None:
        return None
    row = connection.execute(
        "select methodology_code from reference.methodology"
        " where %(year)s between valid_from and coalesce(valid_to, %(year)s)"
        " order by valid_from desc limit 1",
        {"year": parse_period(period_code).school_year},
    ).fetchone()
    return None if row is None else str(row[0])


@functools.cache
def contracts_version() -> str:
    """``contracts-`` and twelve hexadecimal digits over all versions of all forms."""
    from ingest.forms.catalogue import CONTRACTS_DIR

    digest = hashlib.sha256()
    for path in sorted(CONTRACTS_DIR.rglob("*.yaml")):
        digest.update(path.read_bytes() + b"\0")
    return f"contracts-{digest.hexdigest()[:12]}"


@functools.cache
def house_version() -> str:
    """``code-`` and twelve hexadecimal digits over the source of all rooms and the libraries that draw."""
    digest = hashlib.sha256(code_version().encode())
    for room in ROOMS:
        for path in sorted((PROJECT_DIR / room).rglob("*")):
            relative = path.relative_to(PROJECT_DIR)
            if path.is_file() and not NOT_CODE & set(relative.parts):
                digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"code-{digest.hexdigest()[:12]}"
