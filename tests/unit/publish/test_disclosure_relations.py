"""Figures that count the same people are withheld together: each relation by hand, and what it gave away."""

from __future__ import annotations

import math

import pytest
from release_attack import Holder

from publish.disclosure import relations
from publish.disclosure.model import Cell, Equation, Key, Statement, is_small
from publish.disclosure.protect import given_away, protect
from publish.disclosure.relations import Coverage, Relations, teenagers_of

REGION = ("region", "all")


def unit(name: str) -> tuple[str, str]:
    return REGION if name == "all" else ("municipality", name)


class Tables:
    """Public tables with few figures: cells of indicators, of events and of the state service."""

    def __init__(self) -> None:
        self.cells: dict[Key, Cell] = {}
        self.bases: dict[Key, float | None] = {}
        self.totals: list[Equation] = []

    def share(self, code: str, counts: dict[str, tuple[float, float]], *, is_limited: bool = True) -> None:
        """An indicator by municipality, with the region's sum where there are several."""
        units = dict(counts)
        if len(units) > 1:
            units["all"] = (sum(c for c, _ in counts.values()), sum(of for _, of in counts.values()))
        for name, (count, of) in units.items():
            key = Key("indicator", *unit(name), code)
            upper = of if is_limited else math.inf
            self.cells[key] = Cell(key, count, upper, is_small(count, of), of=None if is_limited else of)
            self.bases[key] = of
        if len(units) > 1:
            parts = [(Key("indicator", *unit(name), code), 1.0) for name in counts]
            total = Key("indicator", *REGION, code)
            self.totals.append(Equation(f"total {code}", (*parts, (total, -1.0)), 0.0, total))

    def count(self, table: str, name: str, item: str, count: float) -> None:
        """A number of participations or recipients, out of nobody."""
        key = Key(table, *unit(name), item)
        self.cells[key] = Cell(key, count, is_sensitive=0 < count < 5)
        self.bases[key] = None

    def relations(self) -> Relations:
        return Relations(self.cells, self.bases)

    def statement(self, told: Relations | None = None) -> Statement:
        """All of it, with what the relations add."""
        if told is None:
            return Statement(self.cells, tuple(self.totals))
        never = frozenset(key for key, cell in told.cells.items() if cell.shown_with is None)
        return Statement({**self.cells, **told.cells}, (*self.totals, *told.equations), never)


def held(statement: Statement, same: list[dict[Key, float]]) -> Holder:
    """Somebody who adds up totals, and what is said here to come to the same."""
    holder = Holder()
    for key in statement.withheld:
        cell = statement.cells[key]
        if cell.is_public:
            holder.hide("/".join(key), cell.value, cell.upper)
    for equation in statement.equations:
        if equation.name.startswith("total"):
            holder.say({"/".join(key): points for key, points in equation.parts})
    for terms in same:
        holder.say({"/".join(key): points for key, points in terms.items()})
    return holder


def test_four_four_and_four_five_are_the_same_adolescents() -> None:
    """C2 of A tells of 3. The tables hide it behind different others, but these others are told beside."""
    tables = Tables()
    tables.share("4.4", {"A": (3, 40), "B": (20, 60), "C": (80, 90), "D": (200, 220)})
    tables.share("4.5", {"A": (3, 900), "B": (20, 700), "C": (80, 300), "D": (200, 4000)}, is_limited=False)
    places = ["A", "B", "C", "D", "all"]
    same = [
        {Key("indicator", *unit(name), "4.5"): 1.0, Key("indicator", *unit(name), "4.4"): -1.0}
        for name in places
    ]
    careless = protect(tables.statement())
    planted = careless.withholding(careless.withheld - {Key("indicator", *unit("B"), "4.5")})
    assert any(
        text.startswith("indicator/municipality/A/4.4: 3.000..3.000") for text in held(planted, same).leaks()
    )

    told = tables.relations()
    relations.temporary_work(told, [unit(name) for name in places])
    done = protect(tables.statement(told))
    assert held(done, same).leaks() == []
    hidden = {(key.unit, key.item) for key in done.withheld}
    assert {name for name, item in hidden if item == "4.4"} == {
        name for name, item in hidden if item == "4.5"
    }


def test_work_beyond_the_plan_is_told_by_the_one_that_has_no_limit() -> None:
    """45 of a plan of 30: 4.4 is full and small in nothing; the two figures differ by 15."""
    tables = Tables()
    tables.share("4.4", {"A": (30, 30), "B": (50, 60)})
    tables.share("4.5", {"A": (45, 400), "B": (50, 700)}, is_limited=False)
    told = tables.relations()
    relations.temporary_work(told, [unit("A")])
    assert [equation.constant for equation in told.equations] == [15.0]


def test_the_denominator_of_z4_is_known_while_z4_is_shown() -> None:
    """4.5 leaves out 3 of 93: Z4 goes with it, because it is out of the same 90 adolescents."""
    tables = Tables()
    tables.share("4.5", {"all": (90, 93)})
    tables.share("Z4", {"all": (40, 90)})
    assert {key.item for key in protect(tables.statement()).withheld} == {"4.5"}
    told = tables.relations()
    relations.temporary_work(told, [REGION])
    done = protect(tables.statement(told))
    assert {key.item for key in done.withheld if key.table == "indicator"} == {"4.5", "Z4"}


def test_a_denominator_was_told_by_a_release_that_did_not_say_so() -> None:
    """4.5 was withheld beside Z4 before the two had to do with each other: whoever holds it knows the 90."""
    tables = Tables()
    tables.share("4.5", {"all": (90, 93)})
    tables.share("Z4", {"all": (40, 90)})
    told = tables.relations()
    relations.temporary_work(told, [REGION])
    before = protect(tables.statement())
    four_five = Key("indicator", *REGION, "4.5")
    assert given_away(tables.statement(told), before) == [four_five]
    assert four_five in protect(tables.statement(told), before).withheld


def test_a_quarter_does_not_follow_from_the_average_of_the_year() -> None:
    """83 trials in the year (4.2) less 25, 26 and 30 of the other quarters: 2 in the first."""
    tables = Tables()
    tables.share("4.2", {"A": (83, 37)}, is_limited=False)
    quarters = {"2024-Q3": 2, "2024-Q4": 25, "2025-Q1": 26, "2025-Q2": 30}
    for period, count in quarters.items():
        tables.count("events", "A", f"{period} trial", count)
    names = [Key("events", *unit("A"), f"{period} trial") for period in quarters]
    same = [{**dict.fromkeys(names, 1.0), Key("indicator", *unit("A"), "4.2"): -1.0}]
    careless = protect(tables.statement())
    assert held(careless, same).leaks() == ["events/municipality/A/2024-Q3 trial: 2.000..2.000 of inf"]
    told = tables.relations()
    relations.participations(told)
    done = protect(tables.statement(told))
    assert held(done, same).leaks() == []
    assert len([key for key in done.withheld if done.cells[key].is_public]) == 2


def test_trials_of_a_school_that_is_not_in_the_average_are_not_told_by_the_rest() -> None:
    """55 trials in the quarters, 52 of them in 4.2: three of a school one of whose quarters is missing."""
    tables = Tables()
    tables.share("4.2", {"A": (52, 31)}, is_limited=False)
    for period, count in {"2025-Q4": 30, "2026-Q1": 25}.items():
        tables.count("events", "A", f"{period} trial", count)
    assert protect(tables.statement()).withheld == frozenset()
    told = tables.relations()
    relations.participations(told)
    assert [key for key in protect(tables.statement(told)).withheld if key.table != "between"] != []


def test_who_was_reached_took_part_at_least_once() -> None:
    """4 of 200 had a diagnostics, 5 participations are told: between 0 and 5 is not enough."""
    tables = Tables()
    tables.share("3.3", {"A": (4, 200)})
    tables.count("events", "A", "2025-Q4 diagnostics", 5)
    told = tables.relations()
    relations.participations(told)
    done = protect(tables.statement(told))
    assert Key("events", *unit("A"), "2025-Q4 diagnostics") in done.withheld


@pytest.mark.parametrize(
    ("tried", "seniors", "withheld"),
    [
        # The same 50 pupils: 4.2 is out of them.
        (50, 50, {"4.1", "4.2"}),
        # 20 of 60 younger pupils tried something, too: 4.1 is 40 to 100 less.
        (70, 50, {"4.1"}),
    ],
)
def test_the_denominator_of_the_average_is_who_tried(tried: int, seniors: int, withheld: set[str]) -> None:
    """4.1 leaves out 3 of 53."""
    tables = Tables()
    tables.share("4.1", {"A": (seniors, 53)})
    tables.share("4.2", {"A": (90, tried)}, is_limited=False)
    told = tables.relations()
    relations.trials(told, {unit("A"): Coverage(seniors, tried, 60, 0, 0, 0)})
    done = protect(tables.statement(told))
    assert {key.item for key in done.withheld if key.table == "indicator"} == withheld


def test_few_younger_pupils_with_a_trial_are_not_the_difference_of_two_figures() -> None:
    """52 tried something (4.2), 49 of them in grades 8-11 (4.1): three in grades 6-7."""
    tables = Tables()
    tables.share("4.1", {"A": (49, 80)})
    tables.share("4.2", {"A": (90, 52)}, is_limited=False)
    assert protect(tables.statement()).withheld == frozenset()
    told = tables.relations()
    relations.trials(told, {unit("A"): Coverage(49, 52, 60, 0, 0, 0)})
    done = protect(tables.statement(told))
    assert {"4.1", "4.2"} & {key.item for key in done.withheld if key.table == "indicator"}


def test_few_who_pay_are_not_the_difference_of_two_figures() -> None:
    """153 admitted (P5), 150 on budget places (P1): three pay."""
    tables = Tables()
    tables.share("P1", {"all": (150, 160)})
    tables.share("P5", {"all": (80, 153)})
    assert protect(tables.statement()).withheld == frozenset()
    told = tables.relations()
    relations.admissions(told, [REGION])
    done = protect(tables.statement(told))
    assert {"P1", "P5"} & {key.item for key in done.withheld if key.table == "indicator"}


def test_pupils_without_disabilities_are_not_what_is_left() -> None:
    """Of 40 who tried something 38 have a disability: 4.3 and 4.1 together tell of two others."""
    tables = Tables()
    tables.share("4.1", {"A": (40, 100)})
    key = Key("indicator", *unit("A"), "4.3")
    tables.cells[key] = Cell(key, 50.0, 50.0, per_person=50 / 38)
    tables.bases[key] = 50.0
    told = tables.relations()
    relations.inclusion(told, [unit("A")])
    assert [cell.value for cell in told.cells.values()] == [pytest.approx(2)]
    done = protect(tables.statement(told))
    assert {"4.1", "4.3"} & {key.item for key in done.withheld if key.table == "indicator"}


def service(months: dict[str, tuple[int, int]]) -> Tables:
    tables = Tables()
    for period, (everybody, teenagers) in months.items():
        key = Key("state_service", *REGION, period)
        tables.cells[key] = Cell(key, everybody)
        tables.cells[teenagers_of(key)] = Cell(teenagers_of(key), teenagers, shown_with=key)
        tables.bases[key] = teenagers
    return tables


def withheld_months(tables: Tables, before: dict[str, float]) -> set[str]:
    told = tables.relations()
    relations.recipients(told, "all", before)
    done = protect(tables.statement(told))
    return {key.item for key in done.withheld if key.table == "state_service" and "14-17" not in key.item}


def test_a_month_that_adds_few_recipients_is_withheld() -> None:
    """August adds 2 to July, 3 of 14-17 or 3 others; July adds 2 to June of the school year before."""
    assert withheld_months(service({"2025-07": (50, 20), "2025-08": (90, 40)}), {}) == set()
    assert withheld_months(service({"2025-07": (50, 20), "2025-08": (52, 20)}), {}) != set()
    assert withheld_months(service({"2025-07": (50, 20), "2025-08": (90, 23)}), {}) != set()
    assert withheld_months(service({"2025-07": (50, 20), "2025-08": (90, 57)}), {}) != set()
    june = {"all": 48.0, "14-17": 20.0, "others": 28.0}
    assert withheld_months(service({"2025-07": (50, 20)}), june) == {"2025-07"}
    # January begins anew.
    assert withheld_months(service({"2025-12": (50, 20), "2026-01": (52, 22)}), {}) == set()


def test_december_is_withheld_with_the_shares_of_the_year() -> None:
    """Z2 leaves out 3, Z1 lacks 2 of the plan of 402: December of the state service would tell both."""
    tables = service({"2025-12": (400, 397)})
    tables.share("Z1", {"all": (400, 402)})
    tables.share("Z2", {"all": (397, 400)})
    assert withheld_months(tables, {}) == {"2025-12"}
