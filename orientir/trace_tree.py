"""The tree that a trace prints: from a figure over what it is computed from to reports and their cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from ingest.trace import CellTrace, Origin

Kind = Literal[
    "figure", "formula", "indicator", "unit", "part", "submission", "cell", "obligation", "finding", "row",
    "reason", "more",
]  # fmt: skip

# A tree of up to as many lines is printed as it is.
PRINTED_WHOLE = 100
# What a folded part of a tree is said to hold, in this order.
COUNTED: Mapping[Kind, tuple[str, str]] = {
    "unit": ("organisation", "organisations"),
    "obligation": ("report due", "reports due"),
    "submission": ("report", "reports"),
    "cell": ("cell", "cells"),
    "finding": ("finding", "findings"),
    "row": ("row", "rows"),
}


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
    return Node("submission", text, dict(vars(origin)), tuple(children))


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


def folded(tree: Node) -> Node:
    """The same tree as a reader takes it in: of a large one, what every organisation of a sum brought, but
    not its reports; of several such sums, as a score is made of, only how many organisations each has.

    What is no sum over organisations, and whatever disagrees, stays open. Folded parts say what they hold.
    """
    if sum(1 for _ in _below(tree)) < PRINTED_WHOLE:
        return tree
    sums = [node for node in (tree, *_below(tree)) if _is_sum(node)]
    return _folded(tree, whole_sums=len(sums) > 1)


def _folded(node: Node, *, whole_sums: bool) -> Node:
    """Fold the sums below a node; with `whole_sums` their organisations too."""
    if not _is_sum(node):
        return replace(node, children=tuple(_folded(c, whole_sums=whole_sums) for c in node.children))
    children: list[Node] = []
    hidden: list[Node] = []
    for child in node.children:
        if child.kind != "unit" or disagreements(child):
            children.append(child)
        elif whole_sums:
            hidden.append(child)
        else:
            held = _held(list(_below(child)))
            children.append(replace(child, text=f"{child.text}{held and f' ({held})'}", children=()))
    if hidden:
        held = _held([one for unit in hidden for one in (unit, *_below(unit))])
        children.append(Node("more", f"summed over {held}", {}))
    return replace(node, children=tuple(children))


def folded_sum(tree: Node) -> Node | None:
    """The first sum of a folded tree of which there is more to see."""
    for node in (tree, *_below(tree)):
        if any(
            child.kind == "more" or (child.kind == "unit" and not child.children) for child in node.children
        ):
            return node
    return None


def _is_sum(node: Node) -> bool:
    return sum(child.kind == "unit" for child in node.children) > 1


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _below(child)


def _held(nodes: Sequence[Node]) -> str:
    counts = Counter(node.kind for node in nodes)
    # One report serves several parts of a figure, as its numerator and its denominator.
    counts["submission"] = len({n.facts["submission_id"] for n in nodes if n.kind == "submission"})
    named = [
        f"{counts[kind]} {one if counts[kind] == 1 else several}"
        for kind, (one, several) in COUNTED.items()
        if counts[kind]
    ]
    return ", ".join(named)


def lines_of(node: Node, depth: int = 0) -> list[str]:
    """The tree as indented lines."""
    return [f"{'  ' * depth}{node.text}", *(line for c in node.children for line in lines_of(c, depth + 1))]
