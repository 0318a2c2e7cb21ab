"""The tree that a trace prints: from a figure over what it is computed from to reports and their cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ingest.trace import CellTrace, Origin

Kind = Literal[
    "figure", "formula", "indicator", "unit", "part", "submission", "cell", "obligation", "finding", "row",
    "reason",
]  # fmt: skip


@dataclass(frozen=True)
class Node:
    """A step from a figure to the cells behind it. `facts` say what it is, `children` what it comes from."""

    kind: Kind
    text: str
    facts: Mapping[str, Any]
    children: tuple[Node, ...] = ()


def submission_node(origin: Origin, children: Iterable[Node] = ()) -> Node:
    """A report: whose it is, which revision, when it came, the bytes."""
    text = (
        f"{origin.organisation or origin.ogrn}: {origin.form_code} {origin.period_code},"
        f" revision {origin.revision}, received {origin.received_at:%Y-%m-%d %H:%M},"
        f" SHA-256 {origin.sha256}, {origin.source_uri}"
    )
    return Node("submission", text, asdict(origin), tuple(children))


def cell_node(cell: CellTrace, sign: int = 1) -> Node:
    """A cell as received. `sign` is −1 where its value is taken off."""
    place = f"{cell.sheet}!{cell.cell}" if cell.sheet else cell.cell
    mark = "" if cell.agrees else f"  DISAGREES: the database holds {cell.stored}"
    facts = {
        "file": cell.origin.file_name,
        "sheet": cell.sheet,
        "cell": cell.cell,
        "field": f"{cell.section}.{cell.field}",
        "row_no": cell.row_no,
        "received": cell.received,
        "value": cell.value,
        "agrees": cell.agrees,
        "sign": sign,
    }
    taken = "" if sign > 0 else "− "
    return Node("cell", f"{taken}{place} «{cell.field_title}» = {cell.received or '—'}{mark}", facts)


def reason_node(why: str) -> Node:
    """Why the tree ends elsewhere than in cells."""
    return Node("reason", f"no cells: {why}", {"why": why})


def disagreements(node: Node) -> list[Node]:
    """Cells whose file does not say what the database holds, and figures that are not what they are computed
    from: there must be none.
    """
    own = [node] if node.facts.get("agrees") is False else []
    return own + [found for child in node.children for found in disagreements(child)]


def lines_of(node: Node, depth: int = 0) -> list[str]:
    """The tree as indented lines."""
    return [f"{'  ' * depth}{node.text}", *(line for c in node.children for line in lines_of(c, depth + 1))]
