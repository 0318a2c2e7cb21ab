"""The row conditions that Great Expectations lacks, as column map expectations for the SQL engine.

Importing this module registers them, and imports Great Expectations: keep it inside functions.

Why column map expectations even where several columns take part: Great Expectations counts the failures of
all of them in one query per batch, while every pair or multi-column expectation costs a further scan to count
its rows. The domain column is the one that must be filled for the rule to speak; where any other column of a
condition is null the condition is null too, and a null condition is never a failure: an empty cell is
reported once, by the rule that requires it.

``where`` narrows an expectation to some rows: column -> the value, the list of values, or ``{min: number}``.
A Great Expectations ``row_condition`` would do the same at the price of one more scan per expectation.
"""

# Great Expectations is untyped, and its decorators make class methods of these functions.
# mypy: disable-error-code="misc,untyped-decorator"
# ruff: noqa: N805

from typing import Any, ClassVar, Literal

import sqlalchemy as sa
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)

from expectations.exact import Exact

Where = dict[str, Any] | None
Condition = sa.ColumnElement[bool]

OGRN_LENGTH = 13
INN_LENGTH = 10
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def _column(name: str) -> sa.ColumnClause[Any]:
    return sa.column(name)


def _sum(names: list[str]) -> Any:
    """The sum of columns in SQL: null as soon as one of them is null."""
    total: Any = _column(names[0])
    for name in names[1:]:
        total = total + _column(name)
    return total


def _only(where: Where, condition: Any) -> Any:
    """The condition, required only of the rows that ``where`` names."""
    if not where:
        return condition
    named = []
    for name, wanted in sorted(where.items()):
        if isinstance(wanted, list):
            named.append(_column(name).in_(wanted))
        elif isinstance(wanted, dict):
            named.append(_column(name) >= wanted["min"])
        elif isinstance(wanted, bool):
            named.append(_column(name).is_(wanted))
        else:
            named.append(_column(name) == wanted)
    return sa.or_(sa.not_(sa.and_(*named)), condition)


def _weighted_sum(code: Any) -> Any:
    """The digits of an ИНН, each times its weight."""
    total: Any = sa.literal(0)
    for place, weight in enumerate(INN_WEIGHTS, start=1):
        total = total + sa.cast(sa.func.substr(code, place, 1), sa.Integer) * weight
    return total


class EqualsSum(ColumnMapMetricProvider):
    """column = sum of parts."""

    condition_metric_name = "column_values.equal_sum"
    condition_value_keys = ("parts", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, parts: list[str], where: Where = None, **_: Any) -> Any:
        return _only(where, Exact(column) == Exact(_sum(parts)))


class ExpectColumnValuesToEqualSum(ColumnMapExpectation):
    """Each value equals the sum of the named columns of its row."""

    parts: list[str]
    where: Where = None
    map_metric: ClassVar[str] = EqualsSum.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("parts", "where", "mostly")


class SumWithinLimit(ColumnMapMetricProvider):
    """column + plus <= factor x limit."""

    condition_metric_name = "column_values.sum_within_limit"
    condition_value_keys = ("plus", "limit", "factor", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        column: Any,
        limit: str,
        plus: list[str] | None = None,
        factor: float | None = None,
        where: Where = None,
        **_: Any,
    ) -> Any:
        total = column + _sum(plus) if plus else column
        bound: Any = _column(limit)
        if factor is not None:
            bound = bound * sa.cast(sa.literal(str(factor)), sa.Numeric)
        return _only(where, Exact(total) <= Exact(bound))


class ExpectColumnSumNotToExceed(ColumnMapExpectation):
    """Each value, together with the columns of ``plus``, is at most ``factor`` times the column ``limit``."""

    limit: str
    plus: list[str] | None = None
    factor: float | None = None
    where: Where = None
    map_metric: ClassVar[str] = SumWithinLimit.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("plus", "limit", "factor", "where", "mostly")


class AtLeastShare(ColumnMapMetricProvider):
    """column >= share x of."""

    condition_metric_name = "column_values.at_least_share"
    condition_value_keys = ("of", "share", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, of: str, share: float, where: Where = None, **_: Any) -> Any:
        bound = _column(of) * sa.cast(sa.literal(str(share)), sa.Numeric)
        return _only(where, Exact(column) >= Exact(bound))


class ExpectColumnValuesToBeAtLeastShare(ColumnMapExpectation):
    """Each value is at least ``share`` of the column ``of``."""

    of: str
    share: float
    where: Where = None
    map_metric: ClassVar[str] = AtLeastShare.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("of", "share", "where", "mostly")


class BetweenColumns(ColumnMapMetricProvider):
    """lower <= column <= upper, both columns of the same row."""

    condition_metric_name = "column_values.between_columns"
    condition_value_keys = ("lower", "upper", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        column: Any,
        lower: str | None = None,
        upper: str | None = None,
        where: Where = None,
        **_: Any,
    ) -> Any:
        bounds = []
        if lower is not None:
            bounds.append(Exact(column) >= Exact(_column(lower)))
        if upper is not None:
            bounds.append(Exact(column) <= Exact(_column(upper)))
        return _only(where, sa.and_(*bounds))


class ExpectColumnValuesToBeBetweenColumns(ColumnMapExpectation):
    """Each value lies between two other columns of its row; either bound may be left out."""

    lower: str | None = None
    upper: str | None = None
    where: Where = None
    map_metric: ClassVar[str] = BetweenColumns.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("lower", "upper", "where", "mostly")


class BetweenWhere(ColumnMapMetricProvider):
    """min_value <= column <= max_value on the rows that ``where`` names."""

    condition_metric_name = "column_values.between_where"
    condition_value_keys = ("min_value", "max_value", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(
        cls,
        column: Any,
        min_value: float | None = None,
        max_value: float | None = None,
        where: Where = None,
        **_: Any,
    ) -> Any:
        bounds = []
        if min_value is not None:
            bounds.append(column >= min_value)
        if max_value is not None:
            bounds.append(column <= max_value)
        return _only(where, sa.and_(*bounds))


class ExpectColumnValuesToBeBetweenWhere(ColumnMapExpectation):
    """Each value lies between two constants on the rows that ``where`` names."""

    min_value: float | int | None = None
    max_value: float | int | None = None
    where: Where = None
    map_metric: ClassVar[str] = BetweenWhere.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("min_value", "max_value", "where", "mostly")


class EqualsOneOf(ColumnMapMetricProvider):
    """column equals one of other columns."""

    condition_metric_name = "column_values.equal_one_of"
    condition_value_keys = ("columns", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, columns: list[str], where: Where = None, **_: Any) -> Any:
        return _only(where, sa.or_(*(Exact(column) == Exact(_column(name)) for name in columns)))


class ExpectColumnValuesToEqualOneOf(ColumnMapExpectation):
    """Each value equals at least one of the named columns of its row."""

    columns: list[str]
    where: Where = None
    map_metric: ClassVar[str] = EqualsOneOf.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("columns", "where", "mostly")


class Accompanied(ColumnMapMetricProvider):
    """where column is filled, companion is filled too."""

    condition_metric_name = "column_values.accompanied"
    condition_value_keys = ("companion", "where")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, companion: str, where: Where = None, **_: Any) -> Any:
        return _only(where, _column(companion).isnot(None))


class ExpectColumnValuesToBeAccompanied(ColumnMapExpectation):
    """Where the column is filled, the column ``companion`` of the same row is filled too."""

    companion: str
    where: Where = None
    map_metric: ClassVar[str] = Accompanied.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("companion", "where", "mostly")


def check_digit_condition(column: Any, code: str) -> Any:
    """SQL that is false where the last digit of an ОГРН or ИНН does not follow from the others.

    True for malformed codes: their form is another rule's matter.
    """
    if code == "ogrn":
        length = OGRN_LENGTH
        number: Any = sa.cast(sa.func.substr(column, 1, OGRN_LENGTH - 1), sa.BigInteger)
    else:
        length = INN_LENGTH
        number = _weighted_sum(column)
    actual = sa.cast(sa.func.substr(column, length, 1), sa.Integer)
    # CASE keeps the cast away from codes that are not digits
    return sa.case((column.regexp_match(f"^[0-9]{{{length}}}$"), number % 11 % 10 == actual), else_=sa.true())


class CheckDigit(ColumnMapMetricProvider):
    """The code ends in its check digit."""

    condition_metric_name = "column_values.check_digit"
    condition_value_keys = ("code",)

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, code: str, **_: Any) -> Any:
        return check_digit_condition(column, code)


class ExpectColumnValuesToHaveCheckDigit(ColumnMapExpectation):
    """Each ОГРН (13 digits) or ИНН of an organisation (10 digits) ends in its check digit.

    ОГРН: the first 12 digits as a number, modulo 11, modulo 10. ИНН: weights 2 4 10 3 5 9 4 6 8, modulo 11,
    modulo 10. The tests compare both with python-stdnum.
    """

    code: Literal["ogrn", "inn"]
    map_metric: ClassVar[str] = CheckDigit.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("code", "mostly")


class InGroupList(ColumnMapMetricProvider):
    """column is in the list of the group that the row belongs to."""

    condition_metric_name = "column_values.in_group_list"
    condition_value_keys = ("group", "lists")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, group: str, lists: dict[str, list[str]], **_: Any) -> Any:
        return sa.case(
            *((_column(group) == name, column.in_(values)) for name, values in sorted(lists.items())),
            else_=sa.true(),
        )


class ExpectColumnValuesToBeInGroupList(ColumnMapExpectation):
    """Each value is in the list kept for the value of the column ``group``; a group without a list passes."""

    group: str
    lists: dict[str, list[str]]
    map_metric: ClassVar[str] = InGroupList.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("group", "lists", "mostly")


class MatchesGroupPattern(ColumnMapMetricProvider):
    """column matches the pattern of the group that the row belongs to."""

    condition_metric_name = "column_values.match_group_pattern"
    condition_value_keys = ("group", "patterns")

    @column_condition_partial(engine=SqlAlchemyExecutionEngine)
    def _sqlalchemy(cls, column: Any, group: str, patterns: dict[str, str], **_: Any) -> Any:
        return sa.case(
            *(
                (_column(group) == name, column.regexp_match(pattern))
                for name, pattern in sorted(patterns.items())
            ),
            else_=sa.true(),
        )


class ExpectColumnValuesToMatchGroupPattern(ColumnMapExpectation):
    """Each value matches the pattern kept for the value of the column ``group``."""

    group: str
    patterns: dict[str, str]
    map_metric: ClassVar[str] = MatchesGroupPattern.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("group", "patterns", "mostly")
