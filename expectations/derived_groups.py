"""Derived columns over several fields of a row, and over blocks of rows that belong together.

A block is the rows of a table that are equal in some fields, such as the five rows of one speciality.
"""

from __future__ import annotations

from typing import Annotated, Literal

from psycopg import sql
from pydantic import Field

from expectations.derived_column import BatchColumn, BatchTables, SingleColumn


class RowSum(SingleColumn):
    """Sum of fields of the same row; null as soon as one of them is null."""

    kind: Literal["row_sum"]
    fields: Annotated[tuple[str, ...], Field(min_length=2)]

    def expression(self) -> sql.Composable:
        return sql.SQL("({})").format(
            sql.SQL(" + ").join(sql.Identifier("r", field) for field in self.fields)
        )

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL("")


class BlockRow(BatchColumn):
    """Fields of that row of the block whose ``key`` is ``value``: one column ``<field>_of_<name>`` each.

    Null where the block lacks the row; the smallest value where it has the row twice.
    """

    kind: Literal["block_row"]
    block: Annotated[tuple[str, ...], Field(min_length=1)]
    key: str
    value: str
    fields: Annotated[tuple[str, ...], Field(min_length=1)]

    def columns(self) -> dict[str, sql.Composable]:
        return {f"{field}_of_{self.name}": sql.Identifier(self.name, field) for field in self.fields}

    def join(self, tables: BatchTables) -> sql.Composable:
        smallest = [
            sql.SQL("min(r.{field}) as {field}").format(field=sql.Identifier(field)) for field in self.fields
        ]
        return sql.SQL(
            "left join (select r.submission_id, {block}, {smallest} from {source} where r.{key} = {value}"
            " group by r.submission_id, {block})"
            " as {name} on {name}.submission_id = r.submission_id and {same}"
        ).format(
            block=_block(self.block),
            smallest=sql.SQL(", ").join(smallest),
            source=tables.source(self.batch),
            key=sql.Identifier(self.key),
            value=sql.Literal(self.value),
            name=sql.Identifier(self.name),
            same=_same(self.name, self.block),
        )


class BlockSize(SingleColumn):
    """How many different values of ``key`` the block has, in the block's first row; null in the others."""

    kind: Literal["block_size"]
    block: Annotated[tuple[str, ...], Field(min_length=1)]
    key: str

    def expression(self) -> sql.Composable:
        return sql.SQL("case when r.row_no = {first} then {value} end").format(
            first=sql.Identifier(self.name, "first_row"), value=sql.Identifier(self.name, "value")
        )

    def join(self, tables: BatchTables) -> sql.Composable:
        return sql.SQL(
            "left join (select r.submission_id, {block}, min(r.row_no) as first_row,"
            " count(distinct r.{key}) as value from {source} group by r.submission_id, {block})"
            " as {name} on {name}.submission_id = r.submission_id and {same}"
        ).format(
            block=_block(self.block),
            key=sql.Identifier(self.key),
            source=tables.source(self.batch),
            name=sql.Identifier(self.name),
            same=_same(self.name, self.block),
        )


def _block(fields: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier("r", field) for field in fields)


def _same(name: str, fields: tuple[str, ...]) -> sql.Composed:
    """The join's condition that a row belongs to the block."""
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name, field), sql.Identifier("r", field)) for field in fields
    )
