"""The rules once more, as plain SQL and as plain pandas, for the comparison with Great Expectations.

Written apart from the expectations: that both find the same rows is part of the benchmark.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from expectations.batch import BatchBuilder, batch_names
from expectations.registry import SUBMISSION_BATCH, Rule, rule_book
from ingest.forms.catalogue import load_contracts


def plain_queries(connection: psycopg.Connection[Any], form_code: str) -> Iterator[sql.Composed]:
    """One query per batch of a form: submission, row and the rules that the row breaks."""
    contract, book = load_contracts()[form_code], rule_book(form_code)
    builder = BatchBuilder(connection, contract, book)
    builder.prepare(
        [row[0] for row in connection.execute("select submission_id from ledger.submission").fetchall()]
    )
    for name in batch_names(contract):
        rules = book.of_batch(name)
        if not rules:
            continue
        used = {column for rule in rules for column in rule.columns()} - {"submission_id", "row_no"}
        derived = [d for d in book.derived if d.batch == name and not used.isdisjoint(d.columns())]
        breaches = [
            sql.SQL("case when {} then {} end").format(_breach(rule), sql.Literal(rule.id)) for rule in rules
        ]
        source = (
            sql.SQL("batch_context as r join batch_context as c on c.submission_id = r.submission_id")
            if name == SUBMISSION_BATCH
            else builder.source(name)
        )
        yield sql.SQL(
            "select submission_id, row_no, broken from (select submission_id, row_no,"
            " array_remove(array[{breaches}], null) as broken"
            " from (select {values} from {source} {joins}) as v) as w where cardinality(broken) > 0"
        ).format(
            breaches=sql.SQL(", ").join(breaches),
            values=sql.SQL(", ").join(builder._values(name, sorted(used), derived)),
            source=source,
            joins=sql.SQL(" ").join(d.join(builder) for d in derived),
        )


def _breach(rule: Rule) -> sql.Composable:  # noqa: PLR0911 - one per kind of check
    """SQL that is true where a row breaks the rule."""
    a = rule.arguments
    column = sql.Identifier(a["column"])

    def name(key: str) -> sql.Identifier:
        return sql.Identifier(a[key])

    def total(key: str) -> sql.Composed:
        return sql.SQL(" + ").join(sql.Identifier(part) for part in a[key])

    match rule.expectation:
        case "expect_column_values_to_not_be_null":
            return sql.SQL("{} is null").format(column)
        case "expect_column_values_to_be_null":
            return sql.SQL("{} is not null").format(column)
        case "expect_column_values_to_be_between" | "expect_column_values_to_be_between_where":
            return _outside(column, a)
        case "expect_column_value_lengths_to_be_between":
            return _outside(sql.SQL("length({})").format(column), a)
        case "expect_column_values_to_be_in_set":
            return sql.SQL("not {} = any({})").format(column, sql.Literal(a["value_set"]))
        case "expect_column_values_to_match_regex":
            return sql.SQL("{} !~ {}").format(column, sql.Literal(a["regex"]))
        case "expect_column_values_to_equal_sum":
            return sql.SQL("{} <> {}").format(column, total("parts"))
        case "expect_column_sum_not_to_exceed":
            left = sql.SQL("{} + {}").format(column, total("plus")) if a.get("plus") else column
            return _where(sql.SQL("{} > {}").format(left, name("limit")), a)
        case "expect_column_values_to_be_between_columns":
            lower = sql.SQL("{} < {}").format(column, name("lower")) if a.get("lower") else sql.SQL("false")
            return sql.SQL("({} or {} > {})").format(lower, column, name("upper"))
        case "expect_column_values_to_equal_one_of":
            return sql.SQL("not {} in ({})").format(
                column, sql.SQL(", ").join(sql.Identifier(other) for other in a["columns"])
            )
        case "expect_column_values_to_have_check_digit":
            return _wrong_check_digit(column, a["code"])
        case "expect_column_values_to_be_in_group_list":
            lists = [
                sql.SQL("({} = {} and not {} = any({}))").format(
                    name("group"), sql.Literal(group), column, sql.Literal(codes)
                )
                for group, codes in a["lists"].items()
            ]
            return sql.SQL("({})").format(sql.SQL(" or ").join(lists))
    raise ValueError(f"{rule.id}: {rule.expectation} has no plain counterpart; write one")


def _outside(value: sql.Composable, a: dict[str, Any]) -> sql.Composable:
    sides = []
    if a.get("min_value") is not None:
        sides.append(sql.SQL("{} < {}").format(value, sql.Literal(a["min_value"])))
    if a.get("max_value") is not None:
        sides.append(sql.SQL("{} > {}").format(value, sql.Literal(a["max_value"])))
    return _where(sql.SQL("({})").format(sql.SQL(" or ").join(sides)), a)


def _where(condition: sql.Composable, a: dict[str, Any]) -> sql.Composable:
    for name, wanted in (a.get("where") or {}).items():
        column = sql.Identifier(name)
        if isinstance(wanted, dict):
            named = sql.SQL("{} >= {}").format(column, sql.Literal(wanted["min"]))
        else:
            values = wanted if isinstance(wanted, list) else [wanted]
            named = sql.SQL("{} = any({})").format(column, sql.Literal(values))
        condition = sql.SQL("{} and {}").format(named, condition)
    return condition


def _wrong_check_digit(column: sql.Composable, code: str) -> sql.Composable:
    if code == "ogrn":
        return sql.SQL(
            "case when {0} ~ '^[0-9]{{13}}$'"
            " then left({0}, 12)::bigint % 11 % 10 <> right({0}, 1)::integer end"
        ).format(column)
    digits = sql.SQL(" + ").join(
        sql.SQL("substr({}, {}, 1)::integer * {}").format(column, sql.Literal(place), sql.Literal(weight))
        for place, weight in enumerate((2, 4, 10, 3, 5, 9, 4, 6, 8), start=1)
    )
    return sql.SQL(
        "case when {0} ~ '^[0-9]{{10}}$' then ({1}) % 11 % 10 <> right({0}, 1)::integer end"
    ).format(column, digits)


def pandas_verdict(rule: Rule, frame: Any) -> Any:
    """True where a row keeps the rule, for rules that compare columns; None for those on a single column."""
    a = rule.arguments
    column = frame[a["column"]]
    match rule.expectation:
        case "expect_column_values_to_equal_sum":
            return column == frame[a["parts"]].sum(axis=1)
        case "expect_column_sum_not_to_exceed":
            plus = frame[a["plus"]].sum(axis=1) if a.get("plus") else 0
            return ~(column + plus > frame[a["limit"]])
        case "expect_column_values_to_be_between_columns":
            lower = column < frame[a["lower"]] if a.get("lower") else False
            return ~(lower | (column > frame[a["upper"]]))
        case "expect_column_values_to_be_between_where":
            named = True
            for name, wanted in a["where"].items():
                named = named & frame[name].isin(wanted if isinstance(wanted, list) else [wanted])
            return ~(named & (column > a["max_value"]))
        case "expect_column_values_to_be_in_group_list":
            return column.isin(next(iter(a["lists"].values())))
    return None
