"""Compare the warehouse with the answer key: 0 differences is what the whole chain is for."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from demo.answer_key.drawing import ensure_answer_key
from demo.answer_key.process_facts import mart_keys
from demo.periods import SCHOOL_YEARS
from warehouse.connection import connect
from warehouse.settings import Settings


@dataclass(frozen=True)
class Difference:
    """One disagreement: the key's word and the warehouse's, None where one has no such row."""

    table: str
    key: str
    column: str
    expected: str | None
    found: str | None

    def __str__(self) -> str:
        return f"{self.table} [{self.key}] {self.column}: expected {self.expected!r}, found {self.found!r}"


@dataclass(frozen=True)
class MartKey:
    """How rows of a mart are told apart; the key's file where it is not named after the mart.

    `of_demo_years`: the mart also tells of other school years, of which the key says nothing.
    """

    mart: str
    keys: tuple[str, ...]
    file: str = ""
    of_demo_years: bool = False


@dataclass(frozen=True)
class ComparedTable:
    """A table of the answer key: how many of its rows and values were compared, and where they differ."""

    table: str
    rows: int
    values: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    """What was compared with the answer key, table by table, and what came of it."""

    tables: tuple[ComparedTable, ...]

    @property
    def differences(self) -> list[Difference]:
        """Every difference, in the order of the tables."""
        return [difference for table in self.tables for difference in table.differences]

    def __str__(self) -> str:
        rows, values = (sum(getattr(table, name) for table in self.tables) for name in ("rows", "values"))
        return (
            f"{len(self.differences):,} differences between the warehouse and the answer key"
            f" ({values:,} values in {rows:,} rows of {len(self.tables)} tables compared)"
        )


BY_FILE = ("source_uri", "row_no")
MARTS = (
    MartKey("dim_organisation", ("ogrn", "valid_from")),
    MartKey("fct_obligation", ("ogrn", "form_code", "period_code")),
    MartKey("fct_school_passport", ("ogrn", "school_year")),
    MartKey("fct_contingent", ("ogrn", "school_year", "grade")),
    MartKey("fct_event", BY_FILE),
    MartKey("fct_event_coverage", ("ogrn", "period_code", "activity_kind")),
    MartKey("fct_intention", ("ogrn", "school_year", "grade")),
    MartKey("fct_state_service", ("ogrn", "period_code")),
    MartKey("fct_trial", BY_FILE),
    MartKey(
        "fct_indicator_value", ("indicator_code", "region_code", "unit_type", "unit_code", "school_year")
    ),
    MartKey("rating_school", ("region_code", "school_year", "ogrn")),
    MartKey("rating_employment_center", ("region_code", "school_year", "ogrn")),
    MartKey("rating_spo_college", ("region_code", "school_year", "ogrn")),
    MartKey("rating_municipality", ("region_code", "school_year", "municipality_code")),
    MartKey(
        "rating_contribution", ("region_code", "school_year", "unit_type", "unit_code", "indicator_code")
    ),
    MartKey("rating_variant", ("region_code", "school_year", "unit_type", "unit_code", "variant_code")),
    MartKey(
        "rating_methodology_effect",
        ("region_code", "school_year", "unit_type", "unit_code", "to_methodology_code"),
    ),
    MartKey("rating_explanation", ("region_code", "school_year", "unit_type", "unit_code", "indicator_code")),
    MartKey(
        "rating_explanation",
        ("region_code", "school_year", "unit_type", "unit_code"),
        "rating_explanation_units",
    ),
    MartKey("reporting_discipline", ("ogrn", "form_code", "period_code")),
    MartKey(
        "reporting_discipline_municipality", ("region_code", "municipality_code", "form_code", "period_code")
    ),
    *(MartKey(mart, keys) for mart, keys in mart_keys().items()),
    MartKey("fct_measure_report", ("measure_code", "source_uri")),
    MartKey("measure_execution", ("measure_code", "period_code"), of_demo_years=True),
    MartKey("measure_execution_year", ("measure_code", "school_year"), of_demo_years=True),
    MartKey("reconciliation", ("reconciliation_code", "unit_type", "unit_code", "period_code", "detail")),
)


def compare(settings: Settings) -> Comparison:
    """Compare files, findings and marts as they are with what was drawn.

    A mart of which the key says nothing has to be empty.

    Raises FileNotFoundError if the demo was not generated.
    """
    folder = ensure_answer_key(settings)
    with connect("auditor") as connection:
        return Comparison(
            (
                _compared(folder, "files", _files(connection, folder)),
                _compared(folder, "faults", _findings(connection, folder)),
                _compared(folder, "critical", _critical(connection, folder)),
                _compared(folder, "cross", _across_forms(connection, folder)),
                *(
                    _compared(folder, mart.file or mart.mart, _mart(connection, folder, mart))
                    for mart in MARTS
                ),
            )
        )


def _compared(folder: Path, name: str, differences: Iterable[Difference]) -> ComparedTable:
    """What the key's file `name` holds, beside the differences that were found in it."""
    rows = values = 0
    for row in _read(folder, name):
        rows += 1
        values += len(row)
    return ComparedTable(name, rows, values, tuple(differences))


def _read(folder: Path, name: str) -> Iterator[dict[str, str]]:
    path = folder / f"{name}.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _files(connection: Connection[Any], folder: Path) -> Iterator[Difference]:
    rows = connection.execute(
        "select r.source_uri, coalesce(d.outcome, s.state), r.sha256, r.received_at from ledger.receipt as r"
        " join ledger.submission as s using (receipt_id)"
        " left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current"
    ).fetchall()
    found = {source_uri: rest for source_uri, *rest in rows}
    for row in _read(folder, "files"):
        uri, expected = row["source_uri"], row["expected_outcome"]
        held = found.pop(uri, None)
        if held is None:
            yield Difference("files", uri, "row", "received", None)
            continue
        outcome, sha256, received_at = held
        if sha256 != row["sha256"]:
            yield Difference("files", uri, "sha256", row["sha256"], sha256)
        if received_at != datetime.fromisoformat(row["received_at"]):
            yield Difference("files", uri, "received_at", row["received_at"], str(received_at))
        # A plausible figure may look odd to a rule, and rules across forms speak only after the decision.
        agrees = outcome.startswith("accepted") if expected.startswith("accepted") else outcome == expected
        if not agrees:
            yield Difference("files", uri, "outcome", expected, outcome)
    for uri in sorted(found):
        yield Difference("files", uri, "row", None, "received")


def _findings(connection: Connection[Any], folder: Path) -> Iterator[Difference]:
    by_file: dict[str, list[tuple[Any, ...]]] = {}
    for uri, *finding in connection.execute(
        "select r.source_uri, f.rule_id, f.severity, f.category, f.sheet, f.cell, f.row_no, f.field"
        " from ledger.finding as f join ledger.submission as s using (submission_id)"
        " join ledger.receipt as r using (receipt_id) order by 1, 2, 6"
    ):
        by_file.setdefault(uri, []).append(tuple(finding))
    for row in _read(folder, "faults"):
        if row["is_visible"] == "False":
            continue
        uri = row["source_uri"]
        rules = tuple(row["rule_ids"].split(";"))
        named = [f for f in by_file.get(uri, []) if f[0].startswith(rules)]
        if not named:
            yield Difference("findings", f"{uri} {row['fault_id']}", "rule", row["rule_ids"], None)
            continue
        wanted = (row["severity"], row["sheet"], row["cell"], row["field"])
        places = [(f[1], f[3] or "", f[4] or "", f[6] or "") for f in named]
        if not any(_fits(wanted, place) for place in places):
            yield Difference("findings", f"{uri} {row['fault_id']}", "place", str(wanted), str(places[:3]))


def _critical(connection: Connection[Any], folder: Path) -> Iterator[Difference]:
    """In every file exactly the critical findings that the key foresees, each in its cell."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for uri, rule_id, sheet, cell in connection.execute(
        "select r.source_uri, f.rule_id, coalesce(f.sheet, ''), coalesce(f.cell, '')"
        " from ledger.finding as f join ledger.submission as s using (submission_id)"
        " join ledger.receipt as r using (receipt_id) where f.severity = 'critical' order by 1, 2, 4"
    ):
        found.setdefault(uri, []).append((rule_id, sheet, cell))
    foreseen: dict[str, list[dict[str, str]]] = {}
    for row in _read(folder, "critical"):
        foreseen.setdefault(row["source_uri"], []).append(row)
    for uri in sorted({*found, *foreseen}):
        left = found.get(uri, [])
        # Whole rule ids before beginnings of them, which would take what another line foresees.
        for row in sorted(foreseen.get(uri, []), key=lambda row: -len(row["rule_ids"])):
            rules = tuple(row["rule_ids"].split(";"))
            place = (row["sheet"], row["cell"])
            match = next((f for f in left if f[0].startswith(rules) and _fits(place, f[1:])), None)
            if match is None:
                yield Difference(
                    "critical", f"{uri} {row['fault_id']}", " ".join(place), row["rule_ids"], None
                )
            else:
                left.remove(match)
        for rule_id, sheet, cell in left:
            yield Difference("critical", uri, f"{sheet} {cell}", None, rule_id)


def _across_forms(connection: Connection[Any], folder: Path) -> Iterator[Difference]:
    """No rule across forms speaks of reports that nobody has spoilt."""
    allowed = {(row["region_code"], row["ogrn"], row["rule_id"]) for row in _read(folder, "cross")}
    for uri, region_code, ogrn, rule_id, received in connection.execute(
        "select r.source_uri, s.region_code, s.ogrn, f.rule_id, f.received"
        " from ledger.finding as f join ledger.submission as s using (submission_id)"
        " join ledger.receipt as r using (receipt_id) where f.source = 'dbt' order by 1, 4"
    ):
        if allowed.isdisjoint({(region_code, ogrn, rule_id), (region_code, "", rule_id)}):
            yield Difference("across forms", uri, rule_id, None, received)


def _fits(wanted: tuple[str, ...], place: tuple[str, ...]) -> bool:
    return all(not want or want == has for want, has in zip(wanted, place, strict=True))


def _mart(connection: Connection[Any], folder: Path, mart: MartKey) -> list[Difference]:
    rows = _read(folder, mart.file or mart.mart)
    first = next(rows, None)
    held = _held(connection, mart, list(mart.keys) if first is None else list(first))
    differences: list[Difference] = []
    for row in _chain(first, rows):
        key = tuple(row[name] for name in mart.keys)
        found = held.pop(key, None)
        if found is None:
            differences.append(Difference(mart.mart, " ".join(key), "row", "a row", None))
            continue
        for column in row:
            if not _equal(row[column], found[column]):
                differences.append(
                    Difference(mart.mart, " ".join(key), column, row[column], _text(found[column]))
                )
    differences += [Difference(mart.mart, " ".join(key), "row", None, "a row") for key in sorted(held)]
    return differences


def _chain(first: dict[str, str] | None, rest: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    if first is not None:
        yield first
        yield from rest


def _held(
    connection: Connection[Any], mart: MartKey, columns: list[str]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """The mart's rows by key; a file is named by its address, not by the submission's number."""
    of_file = {"source_uri": "submission_id", "counting_source_uri": "counting_submission_id"}
    selected = [
        sql.SQL("f.source_uri as {}").format(sql.Identifier(name))
        if name in of_file
        else sql.SQL("m.{}").format(sql.Identifier(name))
        for name in columns
    ]
    reference = next((of_file[name] for name in columns if name in of_file), None)
    join = (
        sql.SQL("")
        if reference is None
        else sql.SQL("left join marts.fct_submission as f on f.submission_id = m.{}").format(
            sql.Identifier(reference)
        )
    )
    years = sql.SQL("where m.school_year = any({})").format(sql.Literal(list(SCHOOL_YEARS)))
    query = sql.SQL("select {} from marts.{} as m {} {}").format(
        sql.SQL(", ").join(selected),
        sql.Identifier(mart.mart),
        join,
        years if mart.of_demo_years else sql.SQL(""),
    )
    result = {}
    for values in connection.execute(query):
        row = dict(zip(columns, values, strict=True))
        result[tuple(_text(row[name]) or "" for name in mart.keys)] = row
    return result


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _equal(expected: str, found: Any) -> bool:
    if found is None or expected == "":
        return found is None and expected == ""
    if isinstance(found, int | Decimal) and not isinstance(found, bool):
        return Decimal(expected) == Decimal(found)
    if isinstance(found, datetime):
        return datetime.fromisoformat(expected) == found
    return expected == str(found)
