"""What every derived column has: a name, the batch it belongs to, its value and the join that brings it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Literal, Protocol

from psycopg import sql
from pydantic import BaseModel, ConfigDict, Field

PhysicalType = Literal["integer", "bigint", "numeric", "text", "date", "boolean"]


class BatchColumn(BaseModel, ABC):
    """A declaration of what a batch computes beside the fields of its section: one column or several."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    batch: str

    @abstractmethod
    def columns(self) -> dict[str, sql.Composable]:
        """Column name -> its value, as SQL over the row ``r`` and the alias ``name`` of the join."""

    def physical_type(self) -> PhysicalType:
        """The type of the declared columns where a batch is kept outside PostgreSQL."""
        return "numeric"


class SingleColumn(BatchColumn, ABC):
    """A declaration of one column, called as the declaration is."""

    @abstractmethod
    def expression(self) -> sql.Composable:
        """The column's value, as SQL over the row ``r`` and the alias ``name`` of the join."""

    def columns(self) -> dict[str, sql.Composable]:
        return {self.name: self.expression()}


class BatchTables(Protocol):
    """Where the raw tables of the form are, restricted to the submissions of the batch."""

    def source(self, section: str) -> sql.Composable:
        """``from`` clause whose alias ``r`` has the rows of a section for the batch's submissions."""
