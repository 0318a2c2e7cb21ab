"""A region and year of which nothing can be told: somebody is told of it, and no empty extract goes out."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from orientir import build, steps
from orientir.cli import main
from orientir.commands import options
from orientir.failures import DataError
from publish.disclosure import decide as deciding
from publish.disclosure.attack import ContradictionError
from publish.disclosure.decide import Decided, refused_years
from publish.disclosure.model import Cell, Key, Statement
from publish.disclosure.protect import DisclosureError
from publish.extract.build import WithheldError, build_extract
from publish.extract.datasets import find_period
from warehouse.connection import connect
from warehouse.settings import Settings

CELL = Key("indicator", "municipality", "71603000", "4.4")
MOMENT = datetime(2026, 7, 20, tzinfo=UTC)
REFUSED = Decided("tyumen", "2025-2026", 949, 131, 949, refused="4.4 can be inferred")


def told() -> list[tuple[str, dict[str, str]]]:
    with connect("auditor") as connection:
        return connection.execute(
            "select subject, payload from ledger.event where kind = 'alert.raised' order by event_no"
        ).fetchall()


@pytest.mark.parametrize("error", [DisclosureError("4.4 can be inferred"), ContradictionError("no solution")])
def test_what_cannot_be_protected_is_withheld_as_a_whole_and_says_why(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> Statement:
        raise error

    monkeypatch.setattr(deciding, "protect", fail)
    outcome = deciding._protected(Statement({CELL: Cell(CELL, 40, 90)}), None)
    assert outcome.statement.withheld == {CELL}
    assert outcome.as_json()["refused"] == str(error)


def test_what_an_earlier_release_gives_away_is_kept_beside_the_decision() -> None:
    total = Key("indicator", "region", "tyumen", "4.4")
    cells = {CELL: Cell(CELL, 3, 90, is_sensitive=True), total: Cell(total, 3, 90, is_sensitive=True)}
    outcome = deciding._protected(Statement(cells), Statement(cells, withheld=frozenset({total})))
    assert outcome.as_json()["given_away"] == [list(CELL)]
    assert outcome.refused is None


@pytest.mark.parametrize(
    ("decided", "title", "words"),
    [
        (REFUSED, "публичные витрины закрыты целиком: tyumen, 2025-2026", "4.4 can be inferred"),
        (
            Decided("tyumen", "2025-2026", 949, 131, 174, given_away=5),
            "прежняя выгрузка выдаёт малые числа: tyumen, 2025-2026",
            "Малых чисел, которые выдаёт прежняя выгрузка: 5.",
        ),
        (Decided("tyumen", "2025-2026", 949, 131, 174), None, None),
    ],
)
def test_somebody_is_told(
    decided: Decided,
    title: str | None,
    words: str | None,
    clean_db: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deciding, "decide", lambda: [decided])
    build.decide_disclosure()
    if title is None:
        assert told() == []
        return
    ((subject, payload),) = told()
    assert subject == "disclosure:tyumen/2025-2026"
    assert payload["title"] == title
    assert str(words) in payload["text"]


@pytest.fixture
def withheld(clean_db: Settings) -> None:
    """The year of Tyumen is withheld as a whole, that of Chelyabinsk is not."""
    with connect("loader") as connection:
        for region, said in (("tyumen", {"refused": "4.4 can be inferred"}), ("chelyabinsk", {})):
            connection.execute(
                "insert into ledger.disclosure"
                " (region_code, school_year, input_sha256, statement, decided_at)"
                " values (%s, '2025-2026', 'x', %s, now())",
                [region, json.dumps({"cells": [], "equations": [], **said})],
            )
        connection.commit()


@pytest.mark.usefixtures("withheld")
def test_an_extract_of_a_withheld_year_is_not_made() -> None:
    with connect("auditor") as connection:
        assert refused_years(connection, "tyumen", ["2025-2026"]) == {"2025-2026": "4.4 can be inferred"}
        assert refused_years(connection, "tyumen", ["2024-2025"]) == {}
        assert refused_years(connection, "chelyabinsk", ["2025-2026"]) == {}
    with pytest.raises(WithheldError, match="--recipient open_data --period 2026-Q2 --even-withheld"):
        build_extract("open_data", "tyumen", "2026-Q2", MOMENT)
    assert find_period("2026-Q2").school_years == ("2025-2026",)


@pytest.mark.usefixtures("withheld")
def test_it_goes_out_when_somebody_lets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows are read then: what fails without marts is the reading."""

    class ReachedError(Exception):
        pass

    def reading(*_: object) -> None:
        raise ReachedError

    monkeypatch.setattr("publish.extract.build.read_content", reading)
    with pytest.raises(ReachedError):
        build_extract("open_data", "tyumen", "2026-Q2", MOMENT, even_withheld=True)
    with pytest.raises(ReachedError):
        build_extract("open_data", "chelyabinsk", "2026-Q2", MOMENT)


@pytest.mark.usefixtures("withheld")
def test_the_command_says_what_to_do_and_the_flag_reaches_the_extract(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def making(*arguments: str, even_withheld: bool) -> None:
        asked.append(even_withheld)
        raise WithheldError(arguments[0], arguments[1], arguments[2], {"2025-2026": "4.4 can be inferred"})

    monkeypatch.setattr(steps, "built_moment", lambda _: MOMENT)
    monkeypatch.setattr("publish.extract.build.build_extract", making)
    with pytest.raises(DataError, match="would tell nothing of people") as refused:
        steps.publish_extracts("tyumen", "2026-Q2", None, "open_data")
    assert "the next build decides anew" in refused.value.hint
    monkeypatch.setattr(options, "open_database", lambda: None)
    command = ["publish", "extract", "--region", "tyumen", "--period", "2026-Q2", "--recipient", "open_data"]
    result = CliRunner().invoke(main, [*command, "--even-withheld"])
    assert result.exit_code == 1
    assert asked == [False, True]
