"""Columns that a batch computes beside the fields of its section, so that a rule can compare within a row.

The SQL is kept to what PostgreSQL and SQLite both understand: a file that has not been sent yet is checked
without the warehouse (:mod:`expectations.local_store`).

The context columns are the same for every row of a submission: who sent it, for which period, when, and what
the registry of organisations says about the sender. The derived columns are declared in ``rules/*.yaml``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from psycopg import sql
from pydantic import Field, TypeAdapter

from expectations.derived_column import BatchColumn, BatchTables, PhysicalType, SingleColumn
from expectations.derived_groups import BlockRow, BlockSize, RowSum

# name -> what it holds
CONTEXT_COLUMNS = {
    "region_code": "the region whose channel brought the file",
    "sender_ogrn": "ОГРН of the sending organisation",
    "reporting_period": "code of the reporting period",
    "period_starts_on": "first day of the reporting period",
    "period_ends_on": "last day of the reporting period",
    "period_month": "month 1..12 in which the period begins",
    "school_year_quarter": "1 for July-September, 2 for October-December, 3, 4; null for longer periods",
    "received_on": "day of receipt by the region's clock",
    "registry_inn": "ИНН of the sender in the registry",
    "registry_oktmo": "ОКТМО of the sender's municipality in the registry",
    "registry_territory_oktmo": "ОКТМО of the sender's territory in the registry",
    "registry_has_grade_10_11": "whether the registry lists grades 10-11 for the sender",
}


class SumsOfRows(BatchColumn):
    """Sums over the rows of the submission, the row ``except_row`` left out: one column ``<field>_of_rows``
    per field; null if one of the rows has no value."""

    kind: Literal["sums_of_rows"]
    fields: Annotated[tuple[str, ...], Field(min_length=1)]
    except_row: str

    def columns(self) -> dict[str, sql.Composable]:
        return {f"{field}_of_rows": sql.Identifier(self.name, field) for field in self.fields}

    def join(self, tables: BatchTables) -> sql.Composable:
        sums = [
            sql.SQL("case when count(*) = count(r.{field}) then sum(r.{field}) end as {field}").format(
                field=sql.Identifier(field)
            )
            for field in self.fields
        ]
        return sql.SQL(
            "left join (select r.submission_id, {sums} from {source} where r.row_code <> {except_row}"
            " group by r.submission_id) as {name} on {name}.submission_id = r.submission_id"
        ).format(
            sums=sql.SQL(", ").join(sums),
            source=tables.source(self.batch),
            except_row=sql.Literal(self.except_row),
            name=sql.Identifier(self.name),
        )


class FirstSameRow(SingleColumn):
    """Number of the submission's first row that equals this one in ``fields``; null for that first row."""

    kind: Literal["first_same_row"]
    fields: Annotated[tuple[str, ...], Field(min_length=1)]

    def expression(self) -> sql.Composable:
        return sql.SQL("case when r.row_no > {first} then {first} end").format(
            first=sql.Identifier(self.name, "value")
        )

    def join(self, tables: BatchTables) -> sql.Composable:
        columns = [sql.Identifier("r", field) for field in self.fields]
        same = [
            sql.SQL("{} = {}").format(sql.Identifier(self.name, field), sql.Identifier("r", field))
            for field in self.fields
        ]
        return sql.SQL(
            "left join (select r.submission_id, {columns}, min(r.row_no) as value from {source}"
            " group by r.submission_id, {columns} having count(*) > 1)"
            " as {name} on {name}.submission_id = r.submission_id and {same}"
        ).format(
            columns=sql.SQL(", ").join(columns),
            source=tables.source(self.batch),
            name=sql.Identifier(self.name),
            same=sql.SQL(" and ").join(same),
        )


class ByCode(SingleColumn):
    """A number that follows from a code, such as the hours that a level requires; null for other codes."""

    kind: Literal["by_code"]
    field: str
    values: dict[str, int]

    def expression(self) -> sql.Composable:
        cases = [
            sql.SQL("when {} then {}").format(sql.Literal(code), sql.Literal(value))
            for code, value in sorted(self.values.items())
        ]
        return sql.SQL("case {} {} end").format(sql.Identifier("r", self.field), sql.SQL(" ").join(cases))

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL("")


class SumInSection(SingleColumn):
    """Sum of a field of another section over its rows whose ``match_field`` is this row's ``row_code``."""

    kind: Literal["sum_in_section"]
    section: str
    field: str
    match_field: str

    def expression(self) -> sql.Composable:
        return sql.Identifier(self.name, "value")

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL(
            "left join (select r.submission_id, r.{match} as row_code, sum(r.{field}) as value from {source}"
            " group by r.submission_id, r.{match})"
            " as {name} on {name}.submission_id = r.submission_id and {name}.row_code = r.row_code"
        ).format(
            match=sql.Identifier(self.match_field),
            field=sql.Identifier(self.field),
            source=tables.source(self.section),
            name=sql.Identifier(self.name),
        )


class SectionTotal(SingleColumn):
    """Sum of a field over a section of the submission, or over the ``rows`` of a matrix: one value for all
    rows of the batch. A section without rows sums to 0; a missing row, like a missing value, gives null.
    """

    kind: Literal["section_total"]
    section: str
    field: str
    rows: tuple[str, ...] = ()

    def expression(self) -> sql.Composable:
        value = sql.Identifier(self.name, "value")
        if self.rows:
            return sql.SQL("case when {} = {} then {} end").format(
                sql.Identifier(self.name, "row_count"), sql.Literal(len(self.rows)), value
            )
        return sql.SQL("case when {}.submission_id is null then 0 else {} end").format(
            sql.Identifier(self.name), value
        )

    def join(self, tables: BatchTables) -> sql.Composable:
        some = sql.SQL("where r.row_code in ({})").format(sql.SQL(", ").join(map(sql.Literal, self.rows)))
        return sql.SQL(
            "left join (select r.submission_id, count(*) as row_count,"
            " case when count(*) = count(r.{field}) then sum(r.{field}) end as value"
            " from {source} {some} group by r.submission_id)"
            " as {name} on {name}.submission_id = r.submission_id"
        ).format(
            field=sql.Identifier(self.field),
            source=tables.source(self.section),
            some=some if self.rows else sql.SQL(""),
            name=sql.Identifier(self.name),
        )


class RegistryValue(SingleColumn):
    """What the registry says of the organisation whose ОГРН stands in ``field``; null if it is not listed."""

    kind: Literal["registry_value"]
    field: str
    organisation_kind: Literal["school", "employment_center", "spo_college", "municipal_authority"]
    value: Literal["ogrn", "has_grade_10_11"]

    def physical_type(self) -> PhysicalType:
        return "text" if self.value == "ogrn" else "boolean"

    def expression(self) -> sql.Composable:
        return sql.Identifier(self.name, self.value)

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL(
            "left join ledger.organisation as {name} on {name}.ogrn = r.{field} and {name}.kind = {kind}"
        ).format(
            name=sql.Identifier(self.name),
            field=sql.Identifier(self.field),
            kind=sql.Literal(self.organisation_kind),
        )


class RowCount(SingleColumn):
    """How many rows a section of the submission has."""

    kind: Literal["row_count"]
    section: str

    def expression(self) -> sql.Composable:
        return sql.SQL("coalesce({}, 0)").format(sql.Identifier(self.name, "value"))

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL(
            "left join (select r.submission_id, count(*) as value from {source} group by r.submission_id)"
            " as {name} on {name}.submission_id = r.submission_id"
        ).format(source=tables.source(self.section), name=sql.Identifier(self.name))


class RowCodes(SingleColumn):
    """How many of the codes in ``codes`` occur as ``row_code``: all of them, each once, in a whole matrix.

    The value is the number of codes that occur exactly once.
    """

    kind: Literal["row_codes"]
    section: str
    codes: tuple[str, ...]

    def expression(self) -> sql.Composable:
        return sql.SQL("coalesce({}, 0)").format(sql.Identifier(self.name, "value"))

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL(
            "left join (select c.submission_id, count(*) as value from"
            " (select r.submission_id, r.row_code from {source} where r.row_code in ({codes})"
            " group by r.submission_id, r.row_code having count(*) = 1) as c group by c.submission_id)"
            " as {name} on {name}.submission_id = r.submission_id"
        ).format(
            source=tables.source(self.section),
            codes=sql.SQL(", ").join(map(sql.Literal, self.codes)),
            name=sql.Identifier(self.name),
        )


DerivedColumn = Annotated[
    SumsOfRows
    | FirstSameRow
    | ByCode
    | SumInSection
    | RegistryValue
    | RowCount
    | RowCodes
    | RowSum
    | SectionTotal
    | BlockRow
    | BlockSize,
    Field(discriminator="kind"),
]
DERIVED_KINDS: TypeAdapter[DerivedColumn] = TypeAdapter(DerivedColumn)
