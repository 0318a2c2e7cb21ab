"""The rows of an extract's tables, as the database copies them out of the public marts."""

from __future__ import annotations

import csv
import functools
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection, sql

from ingest import periods
from publish.extract.contracts import SCHEMA, TYPES, Dataset, Field, Recipient
from publish.neutral import neutral_text
from publish.numbers import SUPPRESSED

# A quoted value, or one that begins like a formula: then a copy is read before it is written again.
# Single bytes are found fastest; a hyphen is common inside values and only matters before them.
_TO_BE_READ = (b'"', b"\t", b"=", b"+", b"@", b",-", b"\n-")
YES_NO = {"true": "да", "false": "нет", "": ""}


@dataclass(frozen=True)
class ExtractPeriod:
    """The month or quarter of an extract, with the school year whose indicators it carries.

    `ended` are the codes of the reporting periods that ended in it: its months, its quarter, the half-year.
    """

    code: str
    title: str
    starts_on: date
    ends_on: date
    school_years: tuple[str, ...]
    ended: tuple[str, ...]


@dataclass(frozen=True)
class Edition:
    """Which package this is: for whom, of which region and period, as of when, and which revision of it."""

    recipient: Recipient
    region_code: str
    region_name: str
    period: ExtractPeriod
    as_of: datetime
    revision: int

    @property
    def identifier(self) -> str:
        """The name by which a letter can quote the package."""
        return f"extract/{self.recipient.code}/{self.region_code}/{self.period.code}/r{self.revision}"

    @property
    def title(self) -> str:
        """The package's name in Russian."""
        return f"{self.recipient.title}: {self.region_name}, {self.period.title}"


@dataclass(frozen=True)
class Content:
    """The rows of one dataset as text, as they stand in its CSV. An absent value is an empty string.

    They are given as rows, or as the CSV in which the database has copied them, without quotes; the other
    follows when asked for.
    """

    dataset: Dataset
    given: tuple[tuple[str, ...], ...] = ()
    copied: bytes | None = None

    @functools.cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows in their order."""
        if self.copied is None:
            return self.given
        lines = csv.reader(io.StringIO(self.copied.decode("utf-8"), newline=""))
        next(lines)
        return tuple(tuple(line) for line in lines)

    @functools.cached_property
    def csv_bytes(self) -> bytes:
        """RFC 4180: UTF-8, comma, CRLF, quotes where needed, a header of column names."""
        if self.copied is None:
            return _csv(self.dataset.columns, self.rows, ",", "utf-8")
        return self.copied.replace(b"\n", b"\r\n")

    @functools.cached_property
    def excel_bytes(self) -> bytes:
        """For a double click in the Russian Excel: byte order mark, semicolon, decimal comma, titles, «…»."""
        fields = self.dataset.fields
        return _csv([field.title for field in fields], self.shown_rows(), ";", "utf-8-sig")

    def shown_rows(self) -> list[list[str]]:
        """The rows as a person reads them: words for codes, decimal comma, «…» for what is withheld."""
        mark = next((i for i, f in enumerate(self.dataset.fields) if f.name == "is_suppressed"), None)
        return [
            [
                _shown(field, value, mark is not None and row[mark] == "true")
                for field, value in zip(self.dataset.fields, row, strict=True)
            ]
            for row in self.rows
        ]


def _shown(field: Field, value: str, is_withheld: bool) -> str:
    if value == "":
        return SUPPRESSED if field.is_withheld and is_withheld else ""
    if field.type == "number":
        return value.replace(".", ",")
    if field.type == "boolean":
        return YES_NO[value]
    if field.type == "date":
        return date.fromisoformat(value).strftime("%d.%m.%Y")
    return field.words.get(value, value)


def _csv(header: Any, rows: Any, delimiter: str, encoding: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def find_period(code: str) -> ExtractPeriod:
    """The month or quarter with this code. Raises LookupError when it is neither."""
    try:
        period = periods.parse_period(code)
    except periods.UnknownPeriodError:
        period = None
    if period is None or period.period_type not in {"month", "quarter"}:
        raise LookupError(f"{code!r} is neither a month nor a quarter: give one such as 2026-06 or 2026-Q2")
    year = period.starts_on.year
    shorter = [
        *(periods.month(year, number) for number in range(1, 13)),
        *(periods.quarter(year, number) for number in range(1, 5)),
        *(periods.half_year(year, number) for number in (1, 2)),
    ]
    return ExtractPeriod(
        code=code,
        title=period.title_ru,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        school_years=(period.school_year,),
        ended=tuple(p.code for p in shorter if period.starts_on <= p.ends_on <= period.ends_on),
    )


def read_content(connection: Connection, dataset: Dataset, region: str, period: ExtractPeriod) -> Content:
    """Copy the rows of a dataset that belong to a region and period out of the database.

    Reports belong to the period in which they were due, figures of a reporting period to that in which it
    ended, figures of a school year to every period of that year. Raises ValueError when the mart's columns
    are not those of its contract, or when the number of rows read is not the number that the database says
    it copied.
    """
    source = sql.Identifier(SCHEMA, dataset.model)
    parameters: dict[str, Any] = {
        "region": region,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "ended": list(period.ended),
        "school_years": list(period.school_years),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("select {} from {} limit 0").format(_names(dataset.columns), source))
        types = connection.adapters.types
        found = [(column.name, types[column.type_code].name) for column in cursor.description or ()]
        _check_columns(dataset, found)
        statement = sql.SQL(
            "copy (select {} from {} as t{} order by {}) to stdout (format csv, header)"
        ).format(
            sql.SQL(", ").join(_written(field) for field in dataset.fields),
            source,
            _condition(dataset),
            sql.SQL(", ").join(sql.Identifier("t", column) for column in dataset.sorted_by),
        )
        copying = io.BytesIO()
        with cursor.copy(statement, parameters) as copy:
            # Half a million blocks held at once would cost more than the copying: each is written and let go.
            for block in copy:
                copying.write(block)
        data, copied = copying.getvalue(), cursor.rowcount
    content = _content(dataset, data)
    read = len(content.rows) if content.copied is None else data.count(b"\n") - 1
    if read != copied:
        raise ValueError(f"{dataset.model}: {read} rows were read of the {copied} that were copied")
    return content


def _content(dataset: Dataset, data: bytes) -> Content:
    """What was copied, with text that no spreadsheet takes for a formula; most tables have none such."""
    if not any(mark in data for mark in _TO_BE_READ):
        return Content(dataset, copied=data)
    lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    next(lines)
    is_text = [field.type == "string" for field in dataset.fields]
    return Content(
        dataset,
        tuple(
            tuple(neutral_text(v) if text else v for v, text in zip(line, is_text, strict=True))
            for line in lines
        ),
    )


def _written(field: Field) -> sql.Composed:
    """A column as it is written: booleans in full words."""
    shape = "case when t.{0} then 'true' when not t.{0} then 'false' end as {0}"
    return sql.SQL(shape if field.type == "boolean" else "t.{0}").format(sql.Identifier(field.name))


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)


def _condition(dataset: Dataset) -> sql.Composable:
    columns = dataset.columns
    conditions = []
    if "region_code" in columns:
        conditions.append("region_code = %(region)s")
    if "due_on" in columns:
        conditions.append("due_on between %(starts_on)s and %(ends_on)s")
    elif "period_code" in columns:
        conditions.append("period_code = any(%(ended)s)")
    elif "school_year" in columns:
        conditions.append("school_year = any(%(school_years)s)")
    return sql.SQL(" where " + " and ".join(conditions) if conditions else "")  # type: ignore[arg-type]


def _check_columns(dataset: Dataset, columns: list[tuple[str, str]]) -> None:
    found = [(name, TYPES.get(type_name)) for name, type_name in columns]
    expected = [(field.name, field.type) for field in dataset.fields]
    if found != expected:
        raise ValueError(f"{dataset.model} has the columns {found}, its contract says {expected}")
