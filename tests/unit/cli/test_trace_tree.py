"""What a trace prints of a large tree: what a reader takes in, and how much lies below it."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from orientir.commands.trace import _print_tree
from orientir.trace_tree import PRINTED_WHOLE, Kind, Node, disagreements, folded, lines_of

SCHOOLS = 40


def node(kind: Kind, text: str, *children: Node, **facts: object) -> Node:
    return Node(kind, text, facts, children)


def school(number: int, *cells: Node) -> Node:
    """Numerator and denominator come from the same report; every other school has sent another one."""
    own = [node("submission", "S1", *cells, submission_id=f"{number}/1")]
    both = [*own, node("submission", "S3", submission_id=f"{number}/2")] if number % 2 else own
    parts = (node("part", "numerator", *both), node("part", "denominator", *own))
    return node("unit", f"Школа {number}", *parts, unit_code=str(number))


def indicator(code: str, schools: int = SCHOOLS) -> Node:
    units = [school(number) for number in range(schools)]
    named = {"indicator_code": code, "unit_code": "75701000", "school_year": "2025-2026"}
    return node("indicator", f"{code} Охват", node("formula", "N / M"), *units, **named)


def test_a_small_tree_is_printed_whole() -> None:
    tree = node("figure", "score", indicator("3.1", schools=10))
    assert len(lines_of(tree)) < PRINTED_WHOLE
    assert folded(tree) == tree


def test_of_a_sum_every_organisation_is_printed_and_how_many_reports_it_has_sent() -> None:
    tree = node("figure", "value", indicator("3.1"))
    lines = lines_of(folded(tree))
    assert lines[:5] == [
        "value",
        "  3.1 Охват",
        "    N / M",
        "    Школа 0 (1 report)",
        "    Школа 1 (2 reports)",
    ]
    assert len(lines) == 3 + SCHOOLS


def test_of_a_score_every_indicator_is_printed_and_its_own_cells() -> None:
    own = node("indicator", "5.1", node("unit", "Орган", node("part", "numerator", node("cell", "B7 = 3"))))
    tree = node("figure", "score", node("formula", "sum"), indicator("3.1"), own, indicator("3.3"))
    assert lines_of(folded(tree)) == [
        "score", "  sum",
        "  3.1 Охват", "    N / M", "    summed over 40 organisations, 60 reports",
        "  5.1", "    Орган", "      numerator", "        B7 = 3",
        "  3.3 Охват", "    N / M", "    summed over 40 organisations, 60 reports",
    ]  # fmt: skip


def test_what_disagrees_is_never_folded() -> None:
    wrong = node("cell", "B8 = 4  DISAGREES", agrees=False)
    first = indicator("3.1")
    units = [*first.children[:-1], school(SCHOOLS, wrong)]
    tree = node("figure", "score", replace(first, children=tuple(units)), indicator("3.3"))
    shown = folded(tree)
    assert disagreements(shown) == disagreements(tree) != []
    assert "    summed over 39 organisations, 58 reports" in lines_of(shown)


@pytest.mark.parametrize(
    ("tree", "whole", "is_in_use", "said"),
    [
        (node("figure", "f", indicator("3.1")), True, True, ""),
        (node("figure", "f", indicator("3.1")), False, False, "their cells, too"),
        (
            node("figure", "f", indicator("3.1")), False, True,
            "one organisation down to its cells: orientir trace 3.1 0 --school-year 2025-2026",
        ),
        (
            node("figure", "f", indicator("3.1"), indicator("3.3")), False, True,
            "the organisations of one indicator: orientir trace 3.1 75701000 --school-year 2025-2026",
        ),
    ],
)  # fmt: skip
def test_a_folded_tree_says_how_to_see_the_rest(
    monkeypatch: pytest.MonkeyPatch, tree: Node, whole: bool, is_in_use: bool, said: str
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(click, "echo", printed.append)
    _print_tree(tree, whole=whole, is_in_use=is_in_use)
    if whole:
        assert printed == lines_of(tree)
    else:
        assert printed[-1].endswith(said)
        assert any(line.startswith("\n--full prints every organisation and report") for line in printed)
