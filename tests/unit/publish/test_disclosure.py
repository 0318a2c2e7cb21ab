"""What is withheld cannot be inferred: not from totals, nor scores, nor a share with a known number of
people, nor the release before; and a leak that is planted is found.
"""

from __future__ import annotations

import csv
import json
import math
import random
from dataclasses import replace
from pathlib import Path

import pytest
from release_attack import Released, Sum, holder_of, leaks, ranges

from publish.disclosure.attack import exposed, intervals
from publish.disclosure.model import (
    Cell,
    Equation,
    Key,
    Statement,
    from_json,
    is_small,
    together,
    with_history,
)
from publish.disclosure.protect import DisclosureError, given_away, protect
from publish.disclosure.sources import Goalposts, _Scope, _state_service, months_withheld, points_per_person


def key(item: str, unit: str) -> Key:
    return Key("indicator", "region" if unit == "all" else "municipality", unit, item)


def share(item: str, counts: dict[str, tuple[int, int]]) -> tuple[dict[Key, Cell], Equation]:
    """An indicator of municipalities with the region's total: unit to (people counted, of how many)."""
    cells = {
        key(item, unit): Cell(key(item, unit), count, of, is_small(count, of))
        for unit, (count, of) in counts.items()
    }
    total = key(item, "all")
    count, of = (sum(pair[n] for pair in counts.values()) for n in (0, 1))
    parts = tuple((name, 1.0) for name in cells)
    cells[total] = Cell(total, count, of, is_small(count, of))
    return cells, Equation(f"total {item}", (*parts, (total, -1.0)), 0.0, total)


def release(*tables: dict[str, tuple[int, int]]) -> Statement:
    cells: dict[Key, Cell] = {}
    equations = []
    for number, table in enumerate(tables):
        added, equation = share(str(number), table)
        cells |= added
        equations.append(equation)
    return Statement(cells, tuple(equations))


def scored(statement: Statement, weights: dict[str, float]) -> Statement:
    """The same with a score of each municipality: weighted sum of its shares in per cent, two decimals."""
    cells = dict(statement.cells)
    equations = list(statement.equations)
    for unit in sorted({k.unit for k in cells if k.unit != "all"}):
        terms = []
        for item, weight in weights.items():
            cell = statement.cells.get(key(item, unit))
            if cell is not None:
                terms.append((cell.key, 100 * weight / cell.upper))
        exact = sum(points * statement.cells[k].value for k, points in terms)
        figure = Key("rating", "municipality", unit, "score")
        cells[figure] = Cell(figure, round(exact, 2), 100.0, is_people=False)
        equations.append(Equation(f"score {unit}", (*terms, (figure, -1.0)), exact - round(exact, 2), figure))
    return Statement(cells, tuple(equations))


def as_seen(statement: Statement) -> tuple[dict[str, float], list[Sum]]:
    """What the attacker holds of a statement: names and limits of what is withheld, and sums of it."""
    withheld = {"/".join(k): statement.cells[k].upper for k in statement.withheld}
    sums = []
    for equation in statement.equations:
        rest = equation.constant - sum(
            c * statement.cells[k].value for k, c in equation.parts if k not in statement.withheld
        )
        terms = {"/".join(k): c for k, c in equation.parts if k in statement.withheld}
        if not any(k in statement.withheld and not statement.cells[k].is_people for k, _ in equation.parts):
            sums.append((terms, rest))
    people = {k for k in withheld if k.split("/")[-1] != "score"}
    return {k: v for k, v in withheld.items() if k in people}, sums


def released(statement: Statement) -> Released:
    """Counts, hidden names and sums of a statement, without what the search for cells adds to them."""
    return Released(
        {"/".join(k): (cell.value, cell.upper) for k, cell in statement.cells.items()},
        frozenset("/".join(k) for k in statement.withheld),
        [{"/".join(k): c for k, c in equation.parts} for equation in statement.equations],
        frozenset("/".join(k) for k, cell in statement.cells.items() if not cell.is_people),
    )


def told_by_both(then: Statement, now: Statement) -> list[str]:
    """What somebody who holds both releases can tell of few people."""
    return holder_of([released(then), released(now)]).leaks()


TABLE = {"A": (3, 100), "B": (40, 80), "C": (55, 200), "D": (120, 400)}


def test_one_small_cell_takes_another_with_it() -> None:
    """The total would give A away: 218 less what the others say. B is the smallest that hides it."""
    done = protect(release(TABLE))
    assert done.withheld == {key("0", "A"), key("0", "B")}
    withheld, sums = as_seen(done)
    # A and B are 43 together, of 100 and 80.
    assert ranges(withheld, sums) == {
        "indicator/municipality/A/0": pytest.approx((0, 43)),
        "indicator/municipality/B/0": pytest.approx((0, 43)),
    }


def test_two_small_cells_do_not_hide_each_other_when_their_sum_is_small() -> None:
    done = protect(release({"A": (1, 50), "B": (2, 60), "C": (30, 70), "D": (40, 90)}))
    assert done.withheld == {key("0", unit) for unit in "ABC"}


def test_people_left_out_are_hidden_as_those_counted_are() -> None:
    """98 of 100: two are left out. B leaves out none, so it cannot hide them; C leaves out 40."""
    done = protect(release({"A": (98, 100), "B": (30, 30), "C": (60, 100), "D": (100, 250)}))
    assert done.withheld == {key("0", "A"), key("0", "C")}


def test_where_no_part_can_hide_it_the_total_is_withheld() -> None:
    done = protect(release({"A": (2, 60), "B": (0, 40)}))
    assert key("0", "all") in done.withheld
    assert leaks(*as_seen(done)) == []


def test_of_few_people_nothing_at_all_is_told() -> None:
    done = protect(release({"A": (1, 3), "B": (40, 80), "C": (55, 200)}))
    assert intervals(done)[key("0", "A")].width == pytest.approx(3)


def test_nothing_small_nothing_withheld() -> None:
    assert protect(release({"A": (0, 50), "B": (60, 60), "C": (20, 70)})).withheld == frozenset()


def test_a_score_does_not_give_away_what_the_table_withholds() -> None:
    """With one indicator withheld a score tells it: score less what the others add."""
    plain = scored(release(TABLE, dict.fromkeys("ABCD", (50, 100))), {"0": 0.5, "1": 0.5})
    only_the_table = plain.withholding({key("0", "A"), key("0", "B")})
    assert exposed(only_the_table) == [key("0", "A"), key("0", "B")]
    assert len(leaks(*as_seen(only_the_table))) == 2
    done = protect(plain)
    assert done.withheld > only_the_table.withheld
    assert exposed(done) == []
    assert leaks(*as_seen(done)) == []


def test_a_late_report_hides_behind_another_figure_that_it_has_changed() -> None:
    """A's score came out as it was, so it is told. What hides 57 of 60, and 9 of 12, is a third figure of A.

    Its total goes with it: all others were told by the release before.
    """
    weights = {"0": 0.5, "1": 0.47, "2": 0.03}
    rest = {"B": (50, 100), "C": (60, 90), "D": (200, 300)}
    before = scored(release(LATE, {"A": (100, 200), **rest}, {"A": (33, 60), **rest}), weights)
    late = release({**LATE, "A": (257, 360)}, {"A": (130, 260), **rest}, {"A": (42, 72), **rest})
    now = scored(late, weights)
    score = Key("rating", "municipality", "A", "score")
    cells = {**now.cells, score: before.cells[score]}
    moved = now.cells[score].value - before.cells[score].value
    equations = tuple(
        replace(equation, constant=equation.constant + moved) if equation.figure == score else equation
        for equation in now.equations
    )
    done = protect(Statement(cells, equations), before)
    assert done.withheld == {key(item, unit) for item in "012" for unit in ("A", "all")}
    assert told_by_both(before, done) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_whole_release_withstands_the_attack(seed: int) -> None:
    generator = random.Random(seed)
    sizes = {f"{number:02d}": int(math.exp(generator.uniform(1.5, 7))) for number in range(18)}
    tables = []
    for _ in range(6):
        level = generator.uniform(0.02, 0.95)
        table = {}
        for unit, size in sizes.items():
            of = max(1, int(size * generator.choice((1, 1, 0.3, 0.08))))
            table[unit] = (min(of, round(of * level * generator.uniform(0.3, 1.3))), of)
        tables.append(table)
    done = protect(scored(release(*tables), {str(number): 1 / 6 for number in range(6)}))
    small = {k for k, cell in done.cells.items() if cell.is_sensitive}
    assert small
    assert small <= done.withheld
    assert leaks(*as_seen(done)) == []
    # A cell that is told by mistake is a leak: its neighbour was withheld for its sake.
    if beside := sorted(k for k in done.withheld - small if done.cells[k].is_people):
        planted = [done.withholding(done.withheld - {k}) for k in beside]
        assert any(leaks(*as_seen(one)) for one in planted)


def test_a_share_with_a_known_number_of_people_is_a_count() -> None:
    """Planted: 7,5 % of 80 pupils is told though 6 is what hides A. The attack reads the count from it."""
    done = protect(release({**TABLE, "B": (6, 80)}))
    withheld, sums = as_seen(done)
    assert leaks(withheld, sums) == []
    assert "indicator/municipality/B/0" in withheld
    told = {"indicator/municipality/B/0": 1.0}, round(0.075 * 80)
    assert leaks(withheld, [*sums, told]) != []


def test_what_was_told_before_does_not_hide_anything_now() -> None:
    """A falls from 20 to 3. All others have been told and not changed: only the total can be withheld."""
    before = protect(release({**TABLE, "A": (20, 100)}))
    assert before.withheld == frozenset()
    now = protect(release(TABLE), before)
    assert now.withheld == {key("0", "A"), key("0", "all")}
    # Planted: the algorithm that does not look back withholds B, which the reader of both releases knows.
    forgetful = protect(release(TABLE))
    assert forgetful.withheld == {key("0", "A"), key("0", "B")}
    assert leaks(*as_seen(forgetful)) == []
    assert told_by_both(before, forgetful) == ["indicator/municipality/A/0@1: 3.000..3.000 of 100.0"]
    assert told_by_both(before, now) == []


def test_what_was_withheld_before_stays_withheld() -> None:
    """A grows from 3 to 30: told now, B and the totals would give away the 3 of the release before."""
    before = protect(release(TABLE))
    now = release({**TABLE, "A": (30, 100)})
    careless = now.withholding(())
    assert told_by_both(before, careless) != []
    done = protect(now, before)
    assert before.withheld <= done.withheld
    assert told_by_both(before, done) == []


LATE = {"A": (200, 300), "B": (40, 80), "C": (55, 200), "D": (120, 400)}


def test_the_difference_of_two_releases_is_no_way_to_a_late_report() -> None:
    """A school of 60 reports late: 57 of them are counted, and 3 left out. A and the total would tell it."""
    before = protect(release(LATE))
    assert before.withheld == frozenset()
    now = release({**LATE, "A": (257, 360)})
    # Planted: shown in both releases.
    assert told_by_both(before, now) == [
        "change of indicator/municipality/A/0@1: 57.000..57.000 of 60.0",
        "change of indicator/region/all/0@1: 57.000..57.000 of 60.0",
    ]
    assert told_by_both(before, now.withholding({key("0", "A")})) != []
    done = protect(now, before)
    assert done.withheld == {key("0", "A"), key("0", "all")}
    assert told_by_both(before, done) == []


def test_a_late_report_of_many_is_told() -> None:
    """30 of 60: nobody is one of few. The table stays as it is."""
    before = protect(release(LATE))
    done = protect(release({**LATE, "A": (230, 360)}), before)
    assert done.withheld == frozenset()
    assert told_by_both(before, done) == []


def test_several_late_reports_hide_each_other() -> None:
    """3 of 60 in A and 35 of 90 in B: their sum is told by the total, neither of them is."""
    before = protect(release(LATE))
    done = protect(release({**LATE, "A": (203, 360), "B": (75, 170)}), before)
    assert done.withheld == {key("0", "A"), key("0", "B")}
    assert told_by_both(before, done) == []


@pytest.mark.parametrize("changed", [(198, 300), (202, 300), (200, 298), (196, 296), (200, 303)])
def test_a_correction_by_few_people_is_not_told(changed: tuple[int, int]) -> None:
    """Two people fewer are counted, or two more, or of two people fewer."""
    before = protect(release(LATE))
    now = release({**LATE, "A": changed})
    assert told_by_both(before, now) != []
    done = protect(now, before)
    assert done.withheld == {key("0", "A"), key("0", "all")}
    assert told_by_both(before, done) == []


def test_of_the_scores_a_late_report_changes_none_tells_it() -> None:
    """Another indicator of A becomes unknown, or its score."""
    shares = {"A": (100, 200), "B": (50, 100), "C": (60, 90), "D": (200, 300)}
    before = protect(scored(release(LATE, shares), {"0": 0.5, "1": 0.5}))
    now = scored(release({**LATE, "A": (257, 360)}, shares), {"0": 0.5, "1": 0.5})
    assert told_by_both(before, now.withholding({key("0", "A"), key("0", "all")})) != []
    done = protect(now, before)
    assert told_by_both(before, done) == []
    assert len(done.withheld) < len(done.cells) / 2


def test_what_a_late_report_has_closed_is_told_again_when_enough_others_have_come() -> None:
    """Three of A in the second release, 40 in the third: neither these nor the rest follow from any two."""
    tables = [LATE, {**LATE, "A": (203, 360)}, {**LATE, "A": (243, 440), "B": (80, 160)}]
    told: list[Statement] = []
    previous = None
    for table in tables:
        told.append(protect(release(table), previous))
        previous = from_json(with_history(told[-1], previous).as_json())
    assert [sorted(f"{k.item}{k.unit}" for k in done.withheld) for done in told] == [[], ["0A", "0all"], []]
    assert holder_of([released(done) for done in told]).leaks() == []


def test_what_the_last_release_but_one_has_told_is_not_forgotten() -> None:
    """Two of A come late, then two more: told now, A would give away that four came, and each two of them."""
    tables = [LATE, {**LATE, "A": (202, 330)}, {**LATE, "A": (204, 360)}]
    told: list[Statement] = []
    previous = None
    for table in tables:
        told.append(protect(release(table), previous))
        previous = from_json(with_history(told[-1], previous).as_json())
    assert told[2].withheld == {key("0", "A"), key("0", "all")}
    assert holder_of([released(done) for done in told]).leaks() == []
    # Planted: the third release is compared with the second alone.
    forgetful = protect(release(tables[2]), told[1])
    assert holder_of([released(done) for done in (*told[:2], forgetful)]).leaks() != []


@pytest.mark.parametrize("seed", range(6))
def test_a_year_of_releases_withstands_the_attack_on_all_of_them(seed: int) -> None:
    """Late reports, corrections and quarters, one release after another; all of them are kept."""
    generator = random.Random(seed)
    units = [f"{number:02d}" for number in range(9)]
    tables: list[dict[str, tuple[int, int]]] = []
    for _ in range(3):
        sizes = [int(math.exp(generator.uniform(2, 6))) for _ in units]
        tables.append(
            {
                unit: (round(of * generator.uniform(0.1, 0.9)), of)
                for unit, of in zip(units, sizes, strict=True)
            }
        )
    told: list[Statement] = []
    previous = None
    for number in range(5):
        if number:
            tables = [_later(table, generator, number) for table in tables]
        present = scored(release(*tables), {"0": 0.4, "1": 0.3, "2": 0.3})
        told.append(protect(present, previous))
        previous = from_json(with_history(told[-1], previous).as_json())
    assert holder_of([released(done) for done in told]).leaks() == []
    # When a quarter has changed everything, figures that late reports had closed are told again.
    assert told[2].withheld - told[3].withheld


def _later(
    table: dict[str, tuple[int, int]], generator: random.Random, number: int
) -> dict[str, tuple[int, int]]:
    """A table one release later: a quarter of everybody, a late report of one school, or a correction."""
    changed = dict(table)
    late = generator.sample(sorted(table), len(table) if number == 3 else 1)
    for unit in late:
        count, of = table[unit]
        if number != 3 and generator.random() < 0.3:
            changed[unit] = (max(0, min(of, count + generator.randint(-3, 3))), of)
            continue
        group = generator.randint(4, 90)
        changed[unit] = (count + generator.randint(0, group), of + group)
    return changed


def test_a_release_that_told_nothing_closes_nothing_for_the_next() -> None:
    """Its region and year was withheld as a whole; now a set of cells is found."""
    before = release(TABLE)
    done = protect(release(TABLE), before.withholding(before.cells))
    assert done.withheld == {key("0", "A"), key("0", "B")}
    assert told_by_both(before.withholding(before.cells), done) == []


def test_what_an_earlier_release_gives_away_is_named_and_costs_nothing_else() -> None:
    """Everything around A has been told, the total too, and nothing has changed: nothing can hide A again."""
    before = release({**TABLE, "A": (3, 100)})
    told = Statement(before.cells, before.equations, frozenset({key("0", "A")}))
    assert given_away(release(TABLE), told) == [key("0", "A")]
    assert protect(release(TABLE), told).withheld == {key("0", "A")}
    assert given_away(release(TABLE), protect(before)) == []
    # B was withheld for the sake of A, and nobody has told it: A is as wide as the two of them leave it.
    assert protect(release(TABLE), protect(before)).withheld == {key("0", "A"), key("0", "B")}


def test_a_cell_that_nothing_hides_though_it_could_be_hidden_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("publish.disclosure.protect._State._candidates", lambda *_: [])
    with pytest.raises(DisclosureError, match="A/0 can be inferred"):
        protect(release(TABLE))


def test_the_decision_does_not_depend_on_the_order_of_cells() -> None:
    statement = scored(release(TABLE, {u: (5 + n, 60) for n, u in enumerate("ABCD")}), {"0": 0.5, "1": 0.5})
    turned = Statement(dict(reversed(statement.cells.items())), statement.equations)
    assert protect(statement).withheld == protect(turned).withheld


def test_a_statement_comes_back_from_the_ledger_as_it_was() -> None:
    done = protect(scored(release(TABLE), {"0": 1.0}))
    assert from_json(done.as_json()) == done


def test_points_for_one_more_person() -> None:
    """Half of a score over 0..50 %: one of 200 people is half a point. Beyond the goalposts is nothing."""
    posts = Goalposts(0, 50, False, True)
    assert points_per_person((40, 200), 0.5, 100, posts) == (pytest.approx(0.5), None)
    assert points_per_person((120, 200), 0.5, 100, posts) == (None, (100, math.inf))
    assert points_per_person((40, 200), 0.5, 100, Goalposts(0, 50, True, True))[0] == pytest.approx(-0.5)
    assert points_per_person((40, 200), 0.5, 100, Goalposts(50, 100, False, True)) == (None, (0, 100))


@pytest.mark.parametrize(
    ("months", "withheld"),
    [
        ([("2026-01", 50, 20), ("2026-02", 90, 40)], set()),
        # 3 recipients of 14-17 years
        ([("2026-01", 50, 3), ("2026-02", 90, 40)], {"2026-01"}),
        # February adds 2; March alone would leave a gap of 4
        ([("2026-01", 50, 20), ("2026-02", 52, 20), ("2026-03", 54, 22)], {"2026-02", "2026-03"}),
        # the next year begins anew
        ([("2025-12", 52, 20), ("2026-01", 53, 21)], set()),
    ],
)
def test_months_that_tell_of_few_recipients(months: list[tuple[str, int, int]], withheld: set[str]) -> None:
    assert months_withheld(months) == withheld


def test_a_correction_does_not_blank_a_region_whose_previous_release_tells_all_around_a_cell() -> None:
    """Cells of two releases of the demo region: a late report of a municipality, and what hangs on its score.

    All around 75712000's old share was told by the earlier release; what is two equations away was not.
    """
    releases = json.loads(Path(__file__).with_name("disclosure_of_a_correction.json").read_text("utf-8"))
    previous, present = (from_json(releases[name]) for name in ("previous", "present"))
    protected = protect(present, previous)
    assert exposed(together(protected, previous)) == []
    same = {k for k in previous.withheld & present.cells.keys() if present.cells[k] == previous.cells[k]}
    assert same <= protected.withheld < present.cells.keys()


def test_of_every_share_of_people_it_is_said_which_other_figures_count_them() -> None:
    """A new indicator has to be looked at: which public figures count the same people, or some of them."""
    root = Path(__file__).parents[3]
    with (root / "dbt_project" / "seeds" / "indicators.csv").open(encoding="utf-8", newline="") as stream:
        counting = {
            row["indicator_code"]
            for row in csv.DictReader(stream)
            if row["denominator_counts_people"] == "true"
            and {"municipality", "region"} & set(row["rolled_up_to"].split(";"))
        }
    decision = (root / "docs" / "adr" / "0013-disclosure.md").read_text(encoding="utf-8")
    table = decision.partition("## Who is counted twice")[2].partition("\n## ")[0]
    named = {
        code for row in table.splitlines() if row.startswith("| ") for code in row.split("|")[1].split(", ")
    }
    assert counting - {code.strip() for code in named} == set()


class _ServiceRows:
    """What the marts hold of the state service, as a connection gives it."""

    def __init__(self, rows: list[tuple[str, int, int, str]]) -> None:
        self.rows = rows

    def execute(self, _: str, names: list[str]) -> _ServiceRows:
        return _ServiceRows([row for row in self.rows if row[3] <= names[1]])

    def fetchall(self) -> list[tuple[str, int, int, str]]:
        return self.rows


def test_july_adds_to_june_though_another_school_year_begins_with_it() -> None:
    """Two recipients of July are the difference of two cumulative counts; August adds enough to be told."""
    rows = [
        ("2025-06", 5752, 2733, "2024-2025"),
        ("2025-07", 5754, 2735, "2025-2026"),
        ("2025-08", 5800, 2760, "2025-2026"),
    ]
    scope = _Scope(_ServiceRows(rows), "tyumen", "2025-2026")  # type: ignore[arg-type]
    assert _state_service(scope) == {"all": 5752, "14-17": 2733, "others": 3019}
    assert {key.item: cell.is_sensitive for key, cell in scope.cells.items()} == {
        "2025-07": True,
        "2025-07 14-17": True,
        "2025-08": False,
        "2025-08 14-17": False,
    }
