"""The tree of a figure that is computed from rows of the marts: sums, counts, shares and differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orientir.trace_tree import Node, cell_node, reason_node, submission_node

if TYPE_CHECKING:
    from psycopg import Connection

    from publish.origins.source_rows import SourceRow
    from publish.origins.terms import Operand, Plan, Term
    from publish.release_figures import Figure

# Shares are divisions: equal to what any reader can tell, not to the last of 28 digits.
EXACT = Decimal("1e-9")


def described(figure: Figure, plan: Plan, *, cells: bool) -> tuple[list[Node], dict[str, Any]]:
    """What a figure is computed from, and whether it agrees with it.

    Cells, findings and due reports are told of a single organisation, and with `cells` of all.
    """
    from warehouse.connection import connect

    with connect("auditor") as connection:
        built = [_Operand(connection, operand) for operand in plan.operands]
        children = [
            node for operand in built for node in operand.nodes(follow=cells, named=len(plan.operands) > 1)
        ]
    computed = _computed(plan, [operand.total for operand in built])
    facts, text = _compared(figure, plan, built, computed)
    formula = Node("formula", text, facts)
    reasons = [reason_node(plan.why)] if plan.why else []
    return [formula, *reasons, *children], facts


def _computed(plan: Plan, totals: Sequence[Decimal | None]) -> Decimal | None:
    # A sum over no rows is nothing; where nothing at all was said, there is no figure.
    if all(total is None for total in totals):
        return None
    known = [total or Decimal(0) for total in totals]
    match plan.kind:
        case "value":
            return known[0]
        case "difference":
            return known[0] - known[1]
        case "share":
            return _share(known[0], known[1])
        case "change_of_share":
            now, before = _share(known[0], known[1]), _share(known[2], known[3])
            return None if now is None or before is None else now - before


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return Decimal(100) * part / whole if whole else None


def _compared(
    figure: Figure, plan: Plan, built: Sequence[_Operand], computed: Decimal | None
) -> tuple[dict[str, Any], str]:
    text = f"{figure.column} of {figure.mart}: {_formula(plan, built)}"
    if not all(operand.is_sum for operand in built) or not any(operand.operand.terms for operand in built):
        return {"formula": text, "computed": None}, text
    released = _number(figure.value)
    if released is None and figure.value is not None:
        return {"formula": text, "computed": computed}, text
    agrees = abs((released or Decimal(0)) - (computed or Decimal(0))) <= EXACT
    if figure.value is None:
        said = f"{text} = {_plain(computed)}; the figure is absent or withheld"
        return {"formula": text, "computed": computed}, said
    said = "agrees" if agrees else f"DISAGREES with the figure: {_plain(released)}"
    return {"formula": text, "computed": computed, "agrees": agrees}, f"{text} = {_plain(computed)}, {said}"


def _formula(plan: Plan, built: Sequence[_Operand]) -> str:
    names = [operand.name for operand in built]
    match plan.kind:
        case "value":
            return built[0].text
        case "difference":
            return f"{names[0]} − {names[1]}"
        case "share":
            return f"100 × {names[0]} / {names[1]}"
        case "change_of_share":
            return f"100 × {names[0]} / {names[1]} − 100 × {names[2]} / {names[3]}"


def _number(value: str | None) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def _plain(number: Decimal | None) -> str:
    return "—" if number is None else f"{number.normalize():f}"


class _Operand:
    """One sum that a figure is computed from, with its rows read."""

    def __init__(self, connection: Connection[Any], operand: Operand) -> None:
        from publish.origins.source_rows import rows_of, total_of

        self.connection = connection
        self.operand = operand
        self.rows = [rows_of(connection, term) for term in operand.terms]
        totals = [total_of(rows, term) for rows, term in zip(self.rows, operand.terms, strict=True)]
        self.totals = totals
        known = [total for total in totals if total is not None]
        self.total = sum(known, Decimal(0)) if known else None

    @property
    def is_sum(self) -> bool:
        return all(term.is_sum for term in self.operand.terms)

    @property
    def name(self) -> str:
        year = f" of {self.operand.school_year}" if self.operand.school_year else ""
        return f"{self.operand.column}{year}"

    @property
    def text(self) -> str:
        texts = [term.text for term, rows in zip(self.operand.terms, self.rows, strict=True) if rows]
        return " + ".join(dict.fromkeys(texts)) or (self.operand.recipe.why or "there are no rows")

    def nodes(self, *, follow: bool, named: bool) -> list[Node]:
        """A node for each term that has rows; the operand's own above them where there are several."""
        parts = [
            _Branch(self.connection, term, rows, total).node(follow=follow)
            for term, rows, total in zip(self.operand.terms, self.rows, self.totals, strict=True)
            if rows
        ]
        if not named:
            return parts
        facts = {"part": self.operand.column, "school_year": self.operand.school_year, "sum": self.total}
        return [Node("part", f"{self.name}: {_plain(self.total)}", facts, tuple(parts))]


class _Branch:
    """The rows of one term by organisation, down to what they were read from."""

    def __init__(
        self, connection: Connection[Any], term: Term, rows: Sequence[SourceRow], total: Decimal | None
    ) -> None:
        self.connection = connection
        self.term = term
        self.rows = rows
        self.total = total

    def node(self, *, follow: bool) -> Node:
        units: dict[str, list[SourceRow]] = defaultdict(list)
        for row in self.rows:
            units[row.unit].append(row)
        follow = follow or len(units) == 1
        leaves = self._leaves(follow=follow)
        names = _names(self.connection, units)
        facts = {
            "part": self.term.text,
            "fields": self._fields(),
            "rows": len(self.rows),
            "sum": self.total,
        }
        text = f"{self.term.text}: {_plain(self.total)}" if self.term.is_sum else self.term.text
        if follow and self.term.leaf == "cells" and self.term.sums and not self.term.less:
            facts, text = self._checked(facts, text, leaves)
        if self.term.leaf in ("rows", "registry"):
            return Node("part", text, facts, tuple(n for unit in units for n in leaves.get(unit, ())))
        children = tuple(
            self._unit(unit, names.get(unit, ""), rows, leaves.get(unit, ())) for unit, rows in units.items()
        )
        return Node("part", text, facts, children)

    def _unit(self, unit: str, name: str, rows: Sequence[SourceRow], children: Iterable[Node]) -> Node:
        from publish.origins.source_rows import total_of

        own = total_of(rows, self.term)
        said = f": {_plain(own)}" if self.term.is_sum else ""
        facts = {"unit_code": unit, "unit_name": name, "sum": own, "rows": len(rows)}
        return Node("unit", f"{unit} {name}{said}", facts, tuple(children))

    def _fields(self) -> list[str]:
        from publish.origins import fact_fields

        if not fact_fields.is_fact(self.term.of):
            return []
        columns = fact_fields.fact(self.term.of).columns
        return [
            f"{held.form}.{held.section}.{held.name}"
            for name in self.term.columns
            if name in columns
            for held in columns[name].fields
        ]

    def _checked(
        self, facts: dict[str, Any], text: str, leaves: Mapping[str, Sequence[Node]]
    ) -> tuple[dict[str, Any], str]:
        """The sum once more, of what the files say."""
        from publish.origins.source_rows import worth

        cells = [
            cell
            for nodes in leaves.values()
            for submission in nodes
            for cell in submission.children
            if cell.kind == "cell"
        ]
        worths = [(worth(cell.facts["value"]), cell.facts["sign"]) for cell in cells]
        read = sum((value * sign for value, sign in worths if value is not None), Decimal(0))
        agrees = read == (self.total or Decimal(0))
        said = "agree" if agrees else "DISAGREE"
        return (
            {**facts, "sum_of_cells": read, "agrees": agrees},
            f"{text}; {len(cells)} cells sum to {_plain(read)}: they {said}",
        )

    def _leaves(self, *, follow: bool) -> dict[str, list[Node]]:
        from orientir import source_leaves

        match self.term.leaf:
            case "cells":
                return self._cells(follow=follow)
            case "reports":
                return self._cells(follow=False)
            case "obligations":
                return source_leaves.obligations(self.connection, self.rows) if follow else {}
            case "findings":
                return source_leaves.findings(self.connection, self.rows) if follow else {}
            case _:
                return source_leaves.rows(self.rows)

    def _cells(self, *, follow: bool) -> dict[str, list[Node]]:
        from ingest.trace import trace_origins, trace_values
        from publish.origins.source_rows import cells_of

        reports: dict[UUID, str] = {}
        for row in self.rows:
            if row.submission_id is not None:
                reports[row.submission_id] = row.unit
        below: dict[UUID, list[Node]] = defaultdict(list)
        if follow:
            addressed = cells_of(self.connection, self.term, self.rows)
            # Only cards grow through the year: a report has one row of them.
            signs = {row.submission_id: row.sign for row, _ in addressed}
            for cell in trace_values(address for _, address in addressed):
                submission = cell.origin.submission_id
                below[submission].append(cell_node(cell, signs[submission]))
        found: dict[str, list[Node]] = defaultdict(list)
        for origin in trace_origins(reports, self.connection):
            unit = reports[origin.submission_id]
            found[unit].append(submission_node(origin, below.get(origin.submission_id, ())))
        return found


def _names(connection: Connection[Any], units: Iterable[str]) -> dict[str, str]:
    """Names of organisations and municipalities as they are now, in one question."""
    found = connection.execute(
        "select ogrn, name_short from marts.dim_organisation where is_current and ogrn = any(%(units)s)"
        " union all select municipality_code, municipality_name from marts.dim_municipality"
        " where is_current and municipality_code = any(%(units)s)",
        {"units": list(units)},
    ).fetchall()
    return dict(found)
