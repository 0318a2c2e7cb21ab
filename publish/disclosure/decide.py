"""Deciding what is withheld, and keeping the decision where the public marts read it."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from publish.disclosure.attack import ContradictionError
from publish.disclosure.model import Key, Statement, from_json, with_history
from publish.disclosure.protect import DisclosureError, given_away, protect
from publish.disclosure.sources import as_rows, draw, scopes
from warehouse import clock
from warehouse.connection import connect

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decided:
    """How many cells of a region and school year are public, small, and withheld.

    `given_away` counts the small ones that earlier releases tell and that were not known to be told when the
    decision before this one was made. `refused` says why the region and year are withheld as a whole. Both
    are said once, when it is decided.
    """

    region_code: str
    school_year: str
    cells: int
    small: int
    withheld: int
    given_away: int = 0
    refused: str | None = None


@dataclass(frozen=True)
class _Outcome:
    """What is withheld of a region and year; what cannot be hidden any more; why nothing is told, if so."""

    statement: Statement
    given_away: list[Key]
    refused: str | None

    def as_json(self) -> dict[str, Any]:
        """The statement as it is read back, and beside it what a person has to be told of."""
        said: dict[str, Any] = self.statement.as_json()
        if self.given_away:
            said["given_away"] = [list(key) for key in self.given_away]
        if self.refused is not None:
            said["refused"] = self.refused
        return said


def decide() -> list[Decided]:
    """Decide for every region and school year of the marts as they are.

    Where neither the marts nor what was released before have changed, the decision stands. Where a small cell
    cannot be kept from being inferred though it could be, its region and year are withheld as a whole, and
    `refused_years` names them until a decision is made that tells something.
    """
    decided = []
    with connect("auditor") as reading, connect("loader") as writing:
        for region, school_year in scopes(reading):
            drawn = draw(reading, region, school_year)
            previous = released_last(reading, region, school_year)
            digest = _digest(drawn.statement, previous)
            kept = writing.execute(
                "select statement from ledger.disclosure"
                " where region_code = %s and school_year = %s and input_sha256 = %s",
                [region, school_year, digest],
            ).fetchone()
            if kept is None:
                known = _given_away_before(writing, region, school_year)
                outcome = _protected(drawn.statement, previous)
                statement = outcome.statement
                rows = as_rows(replace(drawn, statement=statement), region, school_year)
                _keep(writing, (region, school_year, digest), outcome.as_json(), rows)
                news = (len(set(outcome.given_away) - known), outcome.refused)
            else:
                statement = from_json(kept[0])
                news = (0, None)
            public = {key for key, cell in drawn.statement.cells.items() if cell.is_public}
            small = sum(statement.cells[key].is_sensitive for key in public)
            counts = (len(public), small, len(public & statement.withheld))
            decided.append(Decided(region, school_year, *counts, *news))
        writing.commit()
    for scope in decided:
        logger.info(
            "%s %s: %d public cells, %d of them small, %d withheld",
            scope.region_code, scope.school_year, scope.cells, scope.small, scope.withheld,
        )  # fmt: skip
    return decided


def _protected(present: Statement, previous: Statement | None) -> _Outcome:
    try:
        decided = protect(present, previous)
        return _Outcome(with_history(decided, previous), given_away(present, previous), None)
    except (DisclosureError, ContradictionError) as error:
        logger.exception("all public cells of the region and school year are withheld")
        return _Outcome(with_history(present.withholding(present.cells), previous), [], str(error))


def _given_away_before(connection: Connection, region: str, school_year: str) -> set[Key]:
    rows = connection.execute(
        "select statement -> 'given_away' from ledger.disclosure where region_code = %s and school_year = %s",
        [region, school_year],
    ).fetchall()
    return {Key(*names) for (keys,) in rows for names in keys or ()}


def refused_years(connection: Connection, region: str, school_years: Sequence[str]) -> dict[str, str]:
    """The school years of a region that are withheld as a whole now, and why."""
    rows = connection.execute(
        "select school_year, statement ->> 'refused' from ledger.disclosure"
        " where region_code = %s and school_year = any(%s) and statement ? 'refused' order by school_year",
        [region, list(school_years)],
    ).fetchall()
    return dict(rows)


def released_last(connection: Connection, region: str, school_year: str) -> Statement | None:
    """What the newest release told and withheld of a region and school year, and what those before it left.

    Newest is what was made last: readers have it, also when what is built now is as of the same moment or of
    an earlier one.
    """
    row = connection.execute(
        """
        select d.statement
        from ledger.release_disclosure as d
        inner join ledger.release as r on r.release_id = d.release_id
        where d.region_code = %s and d.school_year = %s
        order by r.created_no desc
        limit 1
        """,
        [region, school_year],
    ).fetchone()
    return from_json(row[0]) if row else None


def record_disclosure(release_id: str, region: str) -> None:
    """Keep what a release of public tables told and withheld, for the releases after it."""
    with connect("loader") as connection:
        connection.execute(
            """
            insert into ledger.release_disclosure (release_id, region_code, school_year, statement)
            select %s, d.region_code, d.school_year, d.statement
            from ledger.disclosure as d
            where d.region_code = %s
            on conflict do nothing
            """,
            [release_id, region],
        )
        connection.commit()


def statements_of(connection: Connection, release_ids: list[str]) -> dict[tuple[str, str], Statement]:
    """What releases told and withheld, by region and school year; releases of one state told the same."""
    rows = connection.execute(
        "select region_code, school_year, statement from ledger.release_disclosure"
        " where release_id = any(%s) order by release_id",
        [release_ids],
    ).fetchall()
    return {(region, year): from_json(statement) for region, year, statement in rows}


def restore_decisions(statements: dict[tuple[str, str], Statement]) -> None:
    """Write decisions of earlier releases where the public marts read them, in a database rebuilt for these.

    They hold for exactly the numbers that they were made for: a figure that came out otherwise is not shown.
    """
    with connect("auditor") as reading, connect("loader") as writing:
        for (region, school_year), statement in statements.items():
            drawn = draw(reading, region, school_year)
            told = {key: cell for key, cell in statement.cells.items() if key in drawn.bases}
            rows = as_rows(replace(drawn, statement=replace(statement, cells=told)), region, school_year)
            _keep(writing, (region, school_year, _digest(statement, None)), statement.as_json(), rows)
        writing.commit()


def _digest(statement: Statement, previous: Statement | None) -> str:
    content = [statement.as_json(), previous.as_json() if previous else None]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _keep(
    connection: Connection, identity: tuple[str, str, str], said: dict[str, Any], rows: list[tuple[Any, ...]]
) -> None:
    region, school_year, digest = identity
    connection.execute(
        """
        insert into ledger.disclosure (region_code, school_year, input_sha256, statement, decided_at)
        values (%s, %s, %s, %s, %s)
        on conflict (region_code, school_year) do update set
            input_sha256 = excluded.input_sha256,
            statement = excluded.statement,
            decided_at = excluded.decided_at
        """,
        [region, school_year, digest, Jsonb(said), clock.now()],
    )
    connection.execute(
        "delete from ledger.disclosure_cell where region_code = %s and school_year = %s",
        [region, school_year],
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy ledger.disclosure_cell"
            " (table_name, unit_type, unit_code, item, region_code, school_year, value, basis, is_shown)"
            " from stdin"
        ) as copy,
    ):
        for row in rows:
            copy.write_row(row)
