"""What changed in an organisation from one version of the registry to the next, and from which day on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import Connection, sql

if TYPE_CHECKING:
    from ingest.sources.registry import Organisation

# What makes another version of an organisation; the rest says how its files come and whether it is closed.
DESCRIBES = (
    "region_code",
    "kind",
    "inn",
    "name_full",
    "name_short",
    "oktmo",
    "territory_oktmo",
    "is_urban",
    "has_grade_10_11",
)
_FILE = re.compile(r"organisations_(\d{4}-\d{2}-\d{2})\.csv")


def holds_from(path: Path) -> date:
    """The day from which a version of the registry holds: the date in its name.

    Raises ValueError where there is none.
    """
    named = _FILE.fullmatch(path.name)
    if named is None:
        raise ValueError(
            f"{path}: the name has to tell from which day this version of the registry holds, "
            "for example organisations_2025-09-01.csv"
        )
    try:
        return date.fromisoformat(named[1])
    except ValueError as error:
        raise ValueError(f"{path}: {named[1]} in the name is not a date of the calendar") from error


def versions(files: Iterable[tuple[date, list[Organisation]]]) -> list[Organisation]:
    """Every organisation as it was from one day on, `valid_from` being that day, by OGRN and day.

    `files`: versions of the registry with the day from which each holds, oldest first. The first description
    holds from the opening of the organisation, a later one from its file's day, never before the opening.
    """
    known: dict[str, list[Organisation]] = {}
    for day, listed in files:
        for organisation in listed:
            held = known.setdefault(organisation.ogrn, [])
            if held and _description(held[-1]) == _description(organisation):
                continue
            begins = max(day, organisation.valid_from) if held else organisation.valid_from
            if held and held[-1].valid_from >= begins:
                held.pop()
            held.append(replace(organisation, valid_from=begins))
    return [version for ogrn in sorted(known) for version in known[ogrn]]


def _description(organisation: Organisation) -> tuple[object, ...]:
    return tuple(getattr(organisation, name) for name in DESCRIBES)


def write_versions(connection: Connection, region_code: str, described: list[Organisation]) -> int:
    """Make ``ledger.organisation_version`` of a region say exactly this; returns the rows that changed."""
    names = ("ogrn", "valid_from", *DESCRIBES, "registry_sha256")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    incoming = sql.Identifier("pg_temp", "incoming_version")
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table incoming_version (like ledger.organisation_version) on commit drop"
        )
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(incoming, columns)) as copy:
            for version in described:
                copy.write_row([getattr(version, name) for name in names])
        cursor.execute(
            "delete from ledger.organisation_version as held where held.region_code = %s and not exists ("
            " select from pg_temp.incoming_version as i"
            " where i.ogrn = held.ogrn and i.valid_from = held.valid_from)",
            [region_code],
        )
        withdrawn = cursor.rowcount
        cursor.execute(
            sql.SQL(
                "insert into ledger.organisation_version as held ({columns}) select {columns} from {incoming}"
                " on conflict (ogrn, valid_from) do update set ({columns}) = row({excluded})"
                " where ({held}) is distinct from ({excluded})"
            ).format(
                columns=columns,
                incoming=incoming,
                excluded=sql.SQL(", ").join(sql.Identifier("excluded", name) for name in names),
                held=sql.SQL(", ").join(sql.Identifier("held", name) for name in names),
            )
        )
        return withdrawn + cursor.rowcount
