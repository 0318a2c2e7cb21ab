"""Which tables an extract holds, and their rows as the database copies them out."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from psycopg import sql

from publish.neutral import neutral_text
from warehouse.connection import Role, connect

FOLDER = Path(__file__).parent
SMALL_COUNT = 5  # fewer people than this are not published

FieldType = Literal["string", "integer", "number", "boolean"]

# PostgreSQL's type names to those of Table Schema.
TYPES: dict[str, FieldType] = {
    "text": "string",
    "int2": "integer",
    "int4": "integer",
    "int8": "integer",
    "numeric": "number",
    "bool": "boolean",
}


@dataclass(frozen=True)
class Field:
    """A column: its name in CSV, its type, and its title in Russian."""

    name: str
    type: FieldType
    title: str


@dataclass(frozen=True)
class Dataset:
    """A table of the extract. `source` is the public mart that it copies, or None when it aggregates."""

    name: str
    title: str
    description: str
    role: Role
    primary_key: tuple[str, ...]
    fields: tuple[Field, ...]
    source: str | None

    @property
    def query(self) -> str:
        """The SELECT that gives its rows in the order of the primary key."""
        return (FOLDER / "queries" / f"{self.name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class ExtractPeriod:
    """The quarter of an extract, with the school years whose indicators it carries."""

    code: str
    title: str
    starts_on: date
    ends_on: date
    school_years: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """Which extract this is: of which region and quarter, as of when, and which revision of it."""

    region_code: str
    region_name: str
    period: ExtractPeriod
    as_of: datetime
    revision: int

    @property
    def identifier(self) -> str:
        """The name by which a letter can quote the extract."""
        return f"extract/{self.region_code}/{self.period.code}/r{self.revision}"

    @property
    def title(self) -> str:
        """The extract's name in Russian."""
        return f"Выгрузка по профориентации: {self.region_name}, {self.period.title}"


@dataclass(frozen=True)
class Content:
    """The rows of one dataset as text, as they stand in its CSV. An absent value is an empty string."""

    dataset: Dataset
    rows: tuple[tuple[str, ...], ...]

    def csv_bytes(self) -> bytes:
        """RFC 4180 with LF: UTF-8, comma, quotes where needed, a header of column names."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([field.name for field in self.dataset.fields])
        writer.writerows(self.rows)
        return buffer.getvalue().encode("utf-8")


@functools.cache
def load_datasets() -> tuple[Dataset, ...]:
    """The datasets in the order in which the extract lists them."""
    entries = yaml.safe_load((FOLDER / "datasets.yaml").read_text(encoding="utf-8"))
    return tuple(
        Dataset(
            name=entry["name"],
            title=entry["title"],
            description=entry["description"],
            role=entry["role"],
            primary_key=tuple(entry["primary_key"]),
            fields=tuple(Field(**field) for field in entry["fields"]),
            source=entry.get("source"),
        )
        for entry in entries
    )


def find_period(code: str) -> ExtractPeriod:
    """The quarter with this code, from the marts.

    Raises LookupError when there is none, or when it is not a quarter.
    """
    with connect("analyst") as connection:
        row = connection.execute(
            """
            select p.title_ru, p.starts_on, p.ends_on, p.school_year
            from marts.dim_period as p
            where p.period_code = %s and p.period_type = 'quarter'
            """,
            (code,),
        ).fetchone()
    if row is None:
        raise LookupError(f"{code!r} is not a quarter of marts.dim_period: give one such as 2026-Q2")
    title, starts_on, ends_on, school_year = row
    return ExtractPeriod(code, title, starts_on, ends_on, (school_year,))


def read_content(dataset: Dataset, region: str, period: ExtractPeriod) -> Content:
    """Copy the rows of a dataset out of the database.

    Raises ValueError when the query's columns are not those of the contract, or when the number of rows read
    is not the number that the database says it copied.
    """
    parameters: dict[str, Any] = {
        "region": region,
        "period": period.code,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "school_years": list(period.school_years),
        "small": SMALL_COUNT,
    }
    with connect(dataset.role) as connection, connection.cursor() as cursor:
        # The query is a file of this package; its values are bound, never pasted.
        query = sql.SQL(cast(Any, dataset.query))
        cursor.execute(sql.SQL("select * from ({}) as shape limit 0").format(query), parameters)
        types = connection.adapters.types
        shape = [(column.name, types[column.type_code].name) for column in cursor.description or ()]
        _check_columns(dataset, shape)
        statement = sql.SQL("copy ({}) to stdout with (format csv)").format(query)
        with cursor.copy(statement, parameters) as copy:
            data = b"".join(bytes(block) for block in copy)
        copied = cursor.rowcount
    rows = tuple(_row(dataset, line) for line in csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    if len(rows) != copied:
        raise ValueError(
            f"dataset {dataset.name}: {len(rows)} rows were read of the {copied} that were copied"
        )
    return Content(dataset, rows)


def _check_columns(dataset: Dataset, columns: list[tuple[str, str]]) -> None:
    found = [(name, TYPES.get(type_name)) for name, type_name in columns]
    expected = [(field.name, field.type) for field in dataset.fields]
    if found != expected:
        raise ValueError(f"dataset {dataset.name}: the query returns {found}, its contract says {expected}")


def _row(dataset: Dataset, line: list[str]) -> tuple[str, ...]:
    """One line of the copy: booleans in full words, text that no spreadsheet takes for a formula."""
    values = []
    for field, value in zip(dataset.fields, line, strict=True):
        if field.type == "boolean":
            values.append({"t": "true", "f": "false", "": ""}[value])
        elif field.type == "string":
            values.append(neutral_text(value))
        else:
            values.append(value)
    return tuple(values)
