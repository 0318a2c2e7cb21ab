"""Great Expectations, kept at arm's length: suites from rules, one run per batch, keys of the failing rows.

The import costs seconds, so nothing here imports Great Expectations before it is needed. A run asks only
which expectations failed (BOOLEAN_ONLY: the counts of all expectations of a batch come from one query). The
conditions of the failed ones, as Great Expectations itself resolves them, then select the failing rows of all
of them in one more query: every key is returned, however many there are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from expectations.batch import Batch
from expectations.registry import Rule

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.expectation import Expectation

ROWS_PER_FETCH = 5000


class ValidationRunError(RuntimeError):
    """An expectation could not be computed: the fault of a rule or of the house, not of a submission."""


@dataclass(frozen=True)
class FailingRow:
    """A row of a batch that breaks at least one rule, with the columns that findings quote."""

    submission_id: UUID
    row_no: int
    notes: dict[str, Any] | None
    values: dict[str, Any]
    rules: tuple[Rule, ...]


class GxSession:
    """An ephemeral Great Expectations context over one database session. Use it as a context manager."""

    def __init__(self, connection: psycopg.Connection[Any], uri: str) -> None:
        from sqlalchemy.pool import StaticPool

        self._open(uri, {"creator": lambda: connection, "poolclass": StaticPool})

    def _open(self, uri: str, arguments: dict[str, Any]) -> None:
        """Open the context. Both engines that Great Expectations makes must be the one session."""
        _quieten()
        import great_expectations as gx

        import expectations.custom_expectations  # noqa: F401 - registers the expectations
        from expectations import lean_gx

        lean_gx.read_arguments_once()
        self._context = gx.get_context(mode="ephemeral", project_config=silent_configuration())
        lean_gx.save_nothing(self._context)
        sources = self._context.data_sources
        add = sources.add_sqlite if uri.startswith("sqlite") else sources.add_postgres
        self._source: Any = add(name="warehouse", connection_string=uri, kwargs=arguments)
        self._engine: Any = self._source.get_execution_engine()

    def failing_rules(self, batch: Batch, partial: Sequence[Rule] = ()) -> tuple[Rule, ...]:
        """Run the batch's suite once; the rules that some row breaks.

        ``partial`` names the rules that hold for some of the batch's periods only. Raises ValidationRunError.
        """
        suite = build_suite(batch.rules, partial)
        definition = self._batch_definition(batch)
        result = definition.get_batch().validate(suite, result_format="BOOLEAN_ONLY")
        failed = []
        for outcome in result.results:
            rule = next(r for r in batch.rules if r.id == outcome.expectation_config.meta["rule_id"])
            _refuse_exceptions(rule, outcome.exception_info)
            if not outcome.success:
                failed.append(rule)
        return tuple(sorted(failed, key=lambda rule: rule.id))

    def failing_rows(
        self, batch: Batch, rules: Sequence[Rule], partial: Sequence[Rule] = ()
    ) -> Iterator[FailingRow]:
        """Every row that breaks one of ``rules``, by submission and row. Rows are streamed."""
        import sqlalchemy as sa

        conditions = [self._condition(batch, rule, rule in partial) for rule in rules]
        columns: list[Any] = [
            sa.column(name) for name in ("submission_id", "row_no", "notes", *batch.columns)
        ]
        broken = [condition.label(f"rule_{number}") for number, condition in enumerate(conditions)]
        query = (
            sa.select(*columns, *broken)
            .select_from(sa.table(batch.table))
            .where(sa.or_(*conditions))
            .order_by(sa.column("submission_id"), sa.column("row_no"))
        )
        first_value = 3
        first_flag = first_value + len(batch.columns)
        with self._engine.get_connection() as connection:
            stream = connection.execution_options(stream_results=True, yield_per=ROWS_PER_FETCH).execute(
                query
            )
            for row in stream:
                flags = row[first_flag:]
                yield FailingRow(
                    submission_id=row[0],
                    row_no=row[1],
                    notes=row[2],
                    values=dict(zip(batch.columns, row[first_value:first_flag], strict=True)),
                    rules=tuple(rule for rule, flag in zip(rules, flags, strict=True) if flag),
                )

    def close(self) -> None:
        """Let go of the session; the temporary tables end with the connection."""
        self._engine.engine.dispose()

    def __enter__(self) -> GxSession:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _batch_definition(self, batch: Batch) -> Any:
        if batch.table in {asset.name for asset in self._source.assets}:
            self._source.delete_asset(batch.table)
        asset = self._source.add_table_asset(name=batch.table, table_name=batch.table)
        return asset.add_batch_definition_whole_table(batch.table)

    def _condition(self, batch: Batch, rule: Rule, is_partial: bool) -> Any:
        """The condition of a failing row, as Great Expectations resolves it for this rule."""
        import sqlalchemy as sa
        from great_expectations.validator.metric_configuration import MetricConfiguration
        from great_expectations.validator.metrics_calculator import MetricsCalculator

        expectation = _expectation(rule, is_partial)
        counted = f"{expectation.map_metric}.unexpected_count"
        wanted = expectation.get_validation_dependencies(
            execution_engine=self._engine,
            runtime_configuration={"result_format": {"result_format": "BOOLEAN_ONLY"}},
        ).metric_configurations[counted]
        domain = {
            key: value for key, value in wanted.metric_domain_kwargs.items() if key not in {"row_condition"}
        }
        resolved = MetricsCalculator(self._engine).get_metric(
            MetricConfiguration(f"{expectation.map_metric}.condition", domain, wanted.metric_value_kwargs)
        )
        condition = resolved[0]
        if is_partial:
            begins: Any = sa.column("period_starts_on")
            condition = sa.and_(condition, begins >= rule.valid_from)
            if rule.valid_to is not None:
                condition = sa.and_(condition, begins <= rule.valid_to)
        return sa.func.coalesce(condition, sa.false())


def build_suite(rules: Sequence[Rule], partial: Sequence[Rule] = ()) -> ExpectationSuite:
    """The Great Expectations suite of a batch."""
    import great_expectations as gx

    return gx.ExpectationSuite(
        name=rules[0].form_code, expectations=[_expectation(rule, rule in partial) for rule in rules]
    )


def _expectation(rule: Rule, is_partial: bool) -> Expectation:
    from great_expectations.expectations.registry import get_expectation_impl
    from great_expectations.expectations.row_conditions import Column

    arguments = dict(rule.arguments)
    if is_partial:
        begins = Column("period_starts_on")
        condition = begins >= rule.valid_from
        if rule.valid_to is not None:
            condition = condition & (begins <= rule.valid_to)
        arguments["row_condition"] = condition
    return get_expectation_impl(rule.expectation)(
        **arguments,
        severity=rule.severity,
        description=rule.title,
        meta={"rule_id": rule.id},
    )


def _refuse_exceptions(rule: Rule, information: dict[str, Any] | None) -> None:
    """Great Expectations reports an error inside an expectation as a failure: tell them apart."""
    if not information:
        return
    reports = [information] if "raised_exception" in information else list(information.values())
    for report in reports:
        if report.get("raised_exception"):
            raise ValidationRunError(
                f"rule {rule.id} ({rule.expectation}) cannot be computed: {report.get('exception_message')}"
            )


def silent_configuration() -> Any:
    """In memory, without progress bars, without documentation pages, reporting to nobody."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )


def _quieten() -> None:
    """Great Expectations logs every function it registers when logging was configured before its import."""
    for name in ("great_expectations", "great_expectations._docs_decorators"):
        logging.getLogger(name).setLevel(logging.WARNING)
