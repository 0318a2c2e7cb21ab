"""(b) Great Expectations against the same checks as plain SQL, at a million rows of form S3; and the choice
of engine: the same suite on the pandas engine.

The baseline is one query per batch over the raw tables that returns every failing row with its rules, without
Great Expectations and without a temporary table. Both sides must find exactly the same rows.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from bench.measurement import Measurement
from bench.plain_checks import plain_queries
from bench.private_warehouse import private_warehouse

SUBMISSIONS = 20_000
EVENTS_EACH = 50
GOAL = 3.0

Failure = tuple[str, UUID, int]


def run() -> list[Measurement]:
    """Measure plain SQL, Great Expectations on SQL as we run it and in its default way, and on pandas."""
    from expectations.run import validate_form
    from warehouse.connection import connect

    with private_warehouse():
        with connect("owner") as connection:
            fill(connection)
        _import_great_expectations()
        plain, found_plain = _timed(_plain_sql)
        house, found_house = _timed(_great_expectations_sql)
        plain = min(plain, _timed(_plain_sql)[0])
        house = min(house, _timed(_great_expectations_sql)[0])
        if found_plain != found_house:
            raise RuntimeError(
                f"plain SQL found {len(found_plain)} failures, Great Expectations {len(found_house)}:"
                f" {sorted(found_plain ^ found_house, key=str)[:5]}"
            )
        complete, _ = _timed(_great_expectations_complete)
        began = time.perf_counter()
        summary = validate_form("S3")
        whole = time.perf_counter() - began
        sql_memory = _peak_mib()
        millions = _cells() / 1e6
        pandas_load, pandas_run = _great_expectations_pandas()
    detail: dict[str, float | int | str] = {
        "rows": SUBMISSIONS * EVENTS_EACH,
        "failing_rows": len({failure[1:] for failure in found_house}),
        "failures": len(found_house),
        "peak_mib_sql": round(sql_memory),
        "peak_mib_with_pandas": round(_peak_mib()),
    }
    against = "the same checks as plain SQL"
    return [
        Measurement(
            "b", "Great Expectations on SQL, batches included", against, house, plain, "s", GOAL, detail
        ),
        Measurement(
            "b", "…per million cells", "the same checks as plain SQL, per million cells",
            house / millions, plain / millions, "s", None, {"million_cells": round(millions, 2)},
        ),
        Measurement("b", "…with COMPLETE results instead of our two steps", against, complete, plain),
        Measurement(
            "b", f"validate_form: {summary.findings} findings, {summary.submissions} decisions too",
            against, whole, plain,
        ),
        Measurement("b", "the events on the pandas engine, rows in memory", against, pandas_run, plain),
        Measurement("b", "…and loading them from PostgreSQL", against, pandas_load + pandas_run, plain),
    ]  # fmt: skip


def fill(connection: psycopg.Connection[Any]) -> None:
    """A million events; one in a hundred has a wrong total, and a few break other rules."""
    connection.execute(
        "insert into ledger.region values ('chelyabinsk', 'Челябинск', 'Asia/Yekaterinburg')"
        " on conflict do nothing"
    )
    connection.execute("insert into ledger.registry_version values ('r', 'chelyabinsk', 'r.csv', now())")
    numbers = {"submissions": SUBMISSIONS, "events": EVENTS_EACH}
    connection.execute(
        "insert into ledger.organisation select lpad(g::text, 13, '0'), 'chelyabinsk', 'school',"
        " '7707083893', 'Школа', 'Школа', '75701000', '75701310', true, true, g::text, '2020-01-01', null,"
        " 'r'"
        " from generate_series(1, %(submissions)s) as g",
        numbers,
    )
    connection.execute(
        "insert into ledger.blob select md5(g::text), 1, now() from generate_series(1, %(submissions)s) as g",
        numbers,
    )
    connection.execute(
        "insert into ledger.receipt select md5('r' || g)::uuid, 'chelyabinsk', 'folder', g::text, g::text,"
        " lpad(g::text, 13, '0'), md5(g::text), '2026-01-05T10:00:00+05:00', '2026-01-05T10:00:00+05:00'"
        " from generate_series(1, %(submissions)s) as g",
        numbers,
    )
    connection.execute(
        "insert into ledger.submission select md5('s' || g)::uuid, md5('r' || g)::uuid, 'chelyabinsk',"
        " lpad(g::text, 13, '0'), 'S3', '1.0.0', '2025-Q4', md5(g::text), '2026-01-05T10:00:00+05:00',"
        " 'read', '1', 1, 1"
        " from generate_series(1, %(submissions)s) as g",
        numbers,
    )
    connection.execute(
        "insert into raw.s3__card (submission_id, row_no, ogrn, inn, organisation_name, period)"
        " select md5('s' || g)::uuid, 0, '1027700220624', '7707083893', 'Школа', '2025-Q4'"
        " from generate_series(1, %(submissions)s) as g",
        numbers,
    )
    connection.execute(
        "insert into raw.s3__coverage (submission_id, row_no, row_code, unique_6_7, unique_8_9, unique_10_11,"
        " unique_total, unique_ovz)"
        " select md5('s' || g)::uuid, 3 + n, (array['diagnostics', 'open_lesson', 'trial', 'contest'])[n],"
        " 10, 10, 5, 25, 2 from generate_series(1, %(submissions)s) as g, generate_series(1, 4) as n",
        numbers,
    )
    connection.execute(
        "insert into raw.s3__events (submission_id, row_no, event_date, measure_code, title, activity_kind,"
        " level, format, has_employer, participants_grade_6, participants_grade_7, participants_grade_8,"
        " participants_grade_9, participants_grade_10, participants_grade_11, participants_total,"
        " participants_ovz, participants_disabled, winners)"
        " select md5('s' || g)::uuid, 3 + n,"
        " date '2025-10-01' + n + case when (g * 50 + n) %% 997 = 0 then 100 else 0 end,"
        " case when (g * 50 + n) %% 499 = 0 then 'Ч9.9' else 'Ч4.4' end,"
        " case when (g * 50 + n) %% 1511 = 0 then 'Проба' else 'Проба «Сварщик», группа ' || n end,"
        " 'trial', 'school', 'in_person', n %% 2 = 0, 0, 0, 12, n %% 7, 0, 0,"
        " 12 + n %% 7 + case when (g * 50 + n) %% 100 = 0 then 1 else 0 end,"
        " case when (g * 50 + n) %% 2003 = 0 then 99 else 1 end, 0,"
        " case when (g * 50 + n) %% 701 = 0 then 2 end"
        " from generate_series(1, %(submissions)s) as g, generate_series(1, %(events)s) as n",
        numbers,
    )
    connection.commit()
    connection.autocommit = True
    for table in ("ledger.submission", "raw.s3__card", "raw.s3__events", "raw.s3__coverage"):
        connection.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(*table.split("."))))


def _cells() -> int:
    """Values in the checked tables; empty ones do not count."""
    from ingest.forms.catalogue import load_contracts
    from warehouse.connection import connect

    total = 0
    with connect("loader") as connection:
        for section in load_contracts()["S3"].sections:
            counts = sql.SQL(" + ").join(
                sql.SQL("count({})").format(sql.Identifier(field.name)) for field in section.raw_fields
            )
            row = connection.execute(
                sql.SQL("select {} from {}").format(counts, sql.Identifier("raw", section.table))
            ).fetchone()
            total += int(row[0]) if row else 0
    return total


def _plain_sql() -> set[Failure]:
    from warehouse.connection import connect

    found: set[Failure] = set()
    with connect("loader") as connection:
        for query in plain_queries(connection, "S3"):
            for submission, row_no, rules in connection.execute(query):
                found.update((rule, submission, row_no) for rule in rules)
    return found


def _great_expectations_sql() -> set[Failure]:
    return {
        (rule.id, row.submission_id, row.row_no)
        for batch, session in _batches()
        for row in _failing(batch, session)
        for rule in row.rules
    }


def _failing(batch: Any, session: Any) -> Iterator[Any]:
    rules = session.failing_rules(batch)
    return iter(session.failing_rows(batch, rules)) if rules else iter(())


def _batches() -> Iterator[tuple[Any, Any]]:
    from expectations.batch import BatchBuilder, batch_names
    from expectations.registry import rule_book
    from expectations.suite import GxSession
    from ingest.forms.catalogue import load_contracts
    from warehouse.connection import connect, uri

    contract = load_contracts()["S3"]
    with connect("loader") as connection:
        builder = BatchBuilder(connection, contract, rule_book("S3"))
        builder.prepare(_submissions(connection))
        connection.commit()
        with GxSession(connection, uri("loader", driver="psycopg")) as session:
            for name in batch_names(contract):
                batch = builder.build(name)
                connection.commit()
                if batch is not None:
                    yield batch, session


def _submissions(connection: psycopg.Connection[Any]) -> list[UUID]:
    return [row[0] for row in connection.execute("select submission_id from ledger.submission").fetchall()]


def _great_expectations_complete() -> int:
    """The suite with result_format COMPLETE, keys and all: what the documentation shows first."""
    from expectations.suite import build_suite

    failed = 0
    for batch, session in _batches():
        result = (
            session._batch_definition(batch)
            .get_batch()
            .validate(
                build_suite(batch.rules),
                result_format={
                    "result_format": "COMPLETE",
                    "unexpected_index_column_names": ["submission_id", "row_no"],
                    "partial_unexpected_count": 1_000_000,
                },
            )
        )
        failed += sum(not outcome.success for outcome in result.results)
    return failed


def _great_expectations_pandas() -> tuple[float, float]:
    """Seconds of loading the events' batch into pandas, and of the suite there.

    Rules that compare columns become a boolean column, computed by pandas and counted as part of the run.
    """
    import great_expectations as gx
    import pandas as pd
    import sqlalchemy as sa
    from great_expectations.expectations.registry import get_expectation_impl

    from bench.plain_checks import pandas_verdict
    from expectations.suite import silent_configuration

    frame, rules, load = None, (), 0.0
    for batch, session in _batches():
        if batch.name == "events":
            rules = batch.rules
            began = time.perf_counter()
            with session._engine.get_connection() as connection:
                frame = pd.read_sql_query(
                    sa.select(sa.text("*")).select_from(sa.table(batch.table)), connection
                )
            load = time.perf_counter() - began
    assert frame is not None
    began = time.perf_counter()
    suite = []
    rule: Any
    for rule in rules:
        verdict = pandas_verdict(rule, frame)
        if verdict is None:
            suite.append(get_expectation_impl(rule.expectation)(**rule.arguments))
        else:
            frame[rule.id] = verdict
            suite.append(gx.expectations.ExpectColumnValuesToBeInSet(column=rule.id, value_set=[True]))
    context = gx.get_context(mode="ephemeral", project_config=silent_configuration())
    source = context.data_sources.add_pandas("frame").add_dataframe_asset("events")
    definition = source.add_batch_definition_whole_dataframe("events")
    definition.get_batch({"dataframe": frame}).validate(
        gx.ExpectationSuite(name="events", expectations=suite),
        result_format={
            "result_format": "COMPLETE",
            "unexpected_index_column_names": ["submission_id", "row_no"],
        },
    )
    return load, time.perf_counter() - began


def _import_great_expectations() -> None:
    """Seconds once per process; not part of what is compared."""
    import great_expectations  # noqa: F401

    import expectations.custom_expectations  # noqa: F401


def _timed(action: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - began
    print(f"{action.__name__.strip('_')}: {seconds:.1f} s", flush=True)
    return seconds, result


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    from pathlib import Path

    from bench.measurement import print_table, write_results

    measured = run()
    write_results(measured, Path("var/bench/gx_engines.json"))
    print_table(measured)
