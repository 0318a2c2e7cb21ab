"""Comparison of numbers that gives the same verdict in PostgreSQL and in SQLite.

PostgreSQL computes with decimals as they are written. SQLite, in which an organisation checks a file before
sending it, computes with binary fractions: 0.1 + 0.2 is not 0.3 there. Sides of a comparison are therefore
rounded to millionths in SQLite; no form has smaller parts. Texts and dates are compared as they stand.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

DIGITS = 6


class Exact(sa.sql.functions.FunctionElement[Any]):
    """One side of a comparison."""

    name = "exact"
    inherit_cache = True


@compiles(Exact)
def _as_it_stands(element: Exact, compiler: Any, **options: Any) -> str:
    (value,) = element.clauses
    text: str = compiler.process(value, **options)
    return text


@compiles(Exact, "sqlite")
def _rounded(element: Exact, compiler: Any, **options: Any) -> str:
    (value,) = element.clauses
    text = compiler.process(value, **options)
    return f"case when typeof({text}) = 'real' then round({text}, {DIGITS}) else {text} end"
