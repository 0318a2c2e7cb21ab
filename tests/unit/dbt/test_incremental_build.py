"""A build of changes leaves the same rows as a build of everything, whatever arrived, in whatever order.

The statements are dbt's own, compiled once for either kind of build; they run in one transaction that is
rolled back. That dbt runs them so is seen where the demo region is built in two steps (tests/e2e).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import psycopg
import pytest
from marts_input import CENTRE, COLLEGE, A, B, insert, registry, submit
from psycopg import sql

from ingest.forms.catalogue import contract
from ingest.forms.contract import Field, Section
from ingest.periods import periods_between
from tests.unit.dbt.conftest import BuiltProject
from warehouse.connection import connect

Connection = psycopg.Connection[Any]

MADE_ANEW = ("int_submission__as_of", "int_submission__counting", "int_submission__touched")
COMPARED_WITH = "fct_submission"
CLOCK = datetime(2026, 7, 20, 4, tzinfo=UTC)
# One form at least for every way of making rows: pivots (C6, M1, S12), joins of forms (S13, S9), windows over
# a school year (S3) and over a calendar year (C1), several forms in one fact (S13 and M1), plain rows.
FORMS = ("S1", "S3", "S9", "S12", "S13", "C1", "C6", "P2", "M1")


@dataclass(frozen=True)
class Model:
    """A table of the warehouse and what dbt selects into it in a build of everything and of changes."""

    relation: sql.Identifier
    columns: tuple[str, ...]
    key: tuple[str, ...]
    everything: str
    changes: str


@dataclass(frozen=True)
class Compiled:
    """The models in the order in which they are built, and the view that knows the moment."""

    models: dict[str, Model]
    view: str


@pytest.fixture(scope="module")
def compiled(project: BuiltProject) -> Compiled:
    selected = [*MADE_ANEW, "stg_ledger__submission", COMPARED_WITH, "config.materialized:incremental"]
    texts: dict[str, dict[str, str]] = {}
    nodes: dict[str, Any] = {}
    for scope in ("all", "changes"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ORIENTIR_BUILD_SCOPE", scope)
            outcome = project.invoke("compile", "--select", *selected)
        assert outcome.success
        # A model of the manifest is compiled in place: its text has to be taken before the next time.
        texts[scope] = {result.node.name: result.node.compiled_code for result in outcome.result}
        nodes = {result.node.name: result.node for result in outcome.result}
    incremental = [
        name
        for name, node in nodes.items()
        if node.config.materialized == "incremental" and name not in MADE_ANEW
    ]
    assert len(incremental) > 40
    ordered = [*MADE_ANEW, *sorted(incremental, key=lambda name: name == "fct_measure_report"), COMPARED_WITH]
    models = {
        name: Model(
            sql.Identifier(nodes[name].schema, name),
            tuple(nodes[name].columns) if nodes[name].config.contract.enforced else (),
            tuple(nodes[name].config.unique_key) if name in incremental else (),
            texts["all"][name],
            texts["changes"][name],
        )
        for name in ordered
    }
    return Compiled(models, texts["all"]["stg_ledger__submission"])


@pytest.fixture
def connection(project: BuiltProject) -> Iterator[Connection]:
    with connect("owner") as opened:
        registry(opened)
        yield opened
        opened.rollback()


def build_changes(
    connection: Connection, compiled: Compiled, as_of: datetime, *, ends_after: int | None = None
) -> None:
    """What a build of changes does to facts, as the materialisation does it; all or the first models."""
    view = compiled.view.replace("timestamptz '2026-07-20T09:00:00+05:00'", f"timestamptz '{as_of}'")
    assert view != compiled.view or as_of == CLOCK
    connection.execute(f"create or replace view staging.stg_ledger__submission as {view}".encode())
    for model in list(compiled.models.values())[:ends_after]:
        touched = sql.SQL("")
        made = sql.SQL("select * from ({rows}) as made")
        if model.columns:
            made = sql.SQL("select {columns} from ({rows}) as made")
        if model.key:
            touched = sql.SQL(
                " where ({key}) in (select {key} from intermediate.int_submission__touched)"
            ).format(key=_listed(model.key))
        connection.execute(sql.SQL("delete from {}{}").format(model.relation, touched))
        connection.execute(
            sql.SQL("insert into {relation} {columns} {made}{touched}").format(
                relation=model.relation,
                columns=sql.SQL("({})").format(_listed(model.columns)) if model.columns else sql.SQL(""),
                made=made.format(columns=_listed(model.columns), rows=_text(model.changes)),
                touched=touched,
            )
        )


def differing(connection: Connection, compiled: Compiled) -> list[str]:
    """Names of the models whose rows are not those that a build of everything selects."""
    names = []
    for name, model in compiled.models.items():
        if not model.key:
            continue
        query = sql.SQL(
            "with held as (select {columns} from {relation}),"
            " made as (select {columns} from ({rows}) as made)"
            " select 1 from ((table held except all table made) union all (table made except all table held))"
            " limit 1"
        ).format(
            columns=_listed(model.columns),
            relation=model.relation,
            rows=_text(model.everything),
        )
        if connection.execute(query).fetchone():
            names.append(name)
    return names


def _listed(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _text(compiled: str) -> sql.SQL:
    return sql.SQL(compiled)  # type: ignore[arg-type]  # dbt's own text, not a literal of ours


class Region:
    """Four organisations that send, correct and have taken back what chance says."""

    def __init__(self, connection: Connection, seed: int) -> None:
        self.connection, self.chance = connection, Random(seed)
        self.sent: list[UUID] = []
        self.moment = CLOCK

    def happen(self) -> None:
        """Something new, something decided otherwise, or another moment."""
        match self.chance.choices(("arrives", "decided", "moment"), (8, 3, 2))[0]:
            case "arrives":
                for _ in range(self.chance.randint(2, 6)):
                    self._arrives()
            case "decided":
                for key in self.chance.sample(self.sent, min(2, len(self.sent))):
                    self.connection.execute(
                        "update ledger.decision set outcome = case outcome"
                        " when 'rejected' then 'accepted' else 'rejected' end where submission_id = %s",
                        [key],
                    )
            case _:
                self.moment = CLOCK - timedelta(days=self.chance.choice((0, 0, 40, 200, 300)))

    def _arrives(self) -> None:
        form = contract(self.chance.choice(FORMS))
        period = self.chance.choice(
            list(periods_between(form.period_type, date(2025, 4, 1), date(2026, 3, 31)))
        )
        key = submit(
            self.connection,
            f"{len(self.sent)}",
            self.chance.choice((A, B, CENTRE, COLLEGE)),
            form.code,
            period.code,
            at=(CLOCK - timedelta(minutes=self.chance.randrange(500_000))).isoformat(),
            outcome=self.chance.choice(("accepted", "accepted", "accepted_with_warnings", "rejected")),
        )
        self.sent.append(key)
        for section in form.sections:
            self._rows(key, section)

    def _rows(self, key: UUID, section: Section) -> None:
        codes = list(section.rows) or [""] * (1 if section.layout == "card" else self.chance.randint(0, 3))
        for row_no, code in enumerate(codes):
            values = {
                field.name: code if field.name == "row_code" else self._value(field)
                for field in section.raw_fields
            }
            insert(self.connection, "raw", section.table, {"submission_id": key, "row_no": row_no, **values})

    def _value(self, field: Field) -> Any:
        match field.physical_type:
            case "text":
                return "Т3.2.17" if field.name == "measure_code" else self.chance.choice("абв")
            case "date":
                return date(2025, 9, 1) + timedelta(days=self.chance.randrange(300))
            case "boolean":
                return self.chance.random() < 0.5
            case _:
                return self.chance.randrange(30)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_build_of_changes_gives_the_rows_of_a_build_of_everything(
    connection: Connection, compiled: Compiled, seed: int
) -> None:
    region, ends = Region(connection, seed), Random(seed + 100)
    counting = 0
    for _ in range(8):
        region.happen()
        if ends.random() < 0.3:
            # A step that ends in the middle is tried again. What happens after a build that never ended is
            # another build's matter, of everything: tests/unit/cli/test_build.py.
            ends_after = ends.randrange(len(MADE_ANEW), len(compiled.models))
            build_changes(connection, compiled, region.moment, ends_after=ends_after)
        build_changes(connection, compiled, region.moment)
        assert differing(connection, compiled) == []
        held = connection.execute("select count(*) from marts.fct_submission where is_counting").fetchone()
        counting = max(counting, held[0] if held else 0)
    assert counting > 5


def test_what_the_next_build_compares_with_is_built_last(project: BuiltProject, compiled: Compiled) -> None:
    """The models above are built in the order of this file: that dbt's order is the same is seen here."""
    unseen, above = [f"model.orientir.{COMPARED_WITH}"], set[str]()
    while unseen:
        node = unseen.pop()
        if node not in above:
            above.add(node)
            parents = project.manifest.nodes[node].depends_on.nodes
            unseen += [parent for parent in parents if parent.startswith("model.")]
    missing = {name for name in compiled.models if f"model.orientir.{name}" not in above}
    assert missing == set(), "list them in fct_submission.sql"


def test_a_new_submission_leaves_other_school_years_as_they_were(
    connection: Connection, compiled: Compiled
) -> None:
    """Version of a row: the transaction that wrote it cannot tell within one transaction, its place can."""
    region = Region(connection, 4)
    for _ in range(12):
        region._arrives()
    build_changes(connection, compiled, CLOCK)
    places = "select ogrn, school_year, array_agg(ctid::text order by ctid) from marts.{} group by 1, 2"
    facts = [name for name, model in compiled.models.items() if model.key == ("ogrn", "school_year")]

    def lying() -> dict[str, dict[Any, Any]]:
        return {
            name: {row[:2]: row[2] for row in connection.execute(places.format(name).encode())}
            for name in facts
        }

    before = lying()
    for _ in range(6):
        region._arrives()
        build_changes(connection, compiled, CLOCK)
        touched = set(
            connection.execute("select distinct ogrn, school_year from intermediate.int_submission__touched")
        )
        assert len(touched) <= 1
        after = lying()
        for name in facts:
            kept = {unit: rows for unit, rows in before[name].items() if unit not in touched}
            assert {unit: rows for unit, rows in after[name].items() if unit not in touched} == kept, name
        before = after
