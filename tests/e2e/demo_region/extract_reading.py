"""A release as an attacker reads it: its files, the public tables, and every number of people besides."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Connection

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "publish"))
from release_attack import Holder

from warehouse.connection import connect

Sum = tuple[Mapping[str, float], float]


@dataclass(frozen=True)
class Told:
    """What somebody holds of a release: which cells of its tables are hidden, which small, which both not."""

    holder: Holder
    small: set[str]
    published: set[str]
    open_small: set[str]

    @property
    def withheld(self) -> dict[str, float]:
        """The hidden cells of the tables, with the most that each can be."""
        return {name: most for name, most in self.holder.most.items() if name in self.published}

    def leaks(self) -> list[str]:
        """What can be told of few people: small cells that are shown, and hidden ones that follow."""
        return [f"{name}: shown" for name in sorted(self.open_small)] + self.holder.leaks()

    def telling(self, name: str) -> Told:
        """The same with one withheld cell told."""
        rest = {other: most for other, most in self.holder.most.items() if other != name}
        sums = [
            (
                {other: points for other, points in terms.items() if other != name},
                total - terms.get(name, 0.0) * self.holder.truth[name],
            )
            for terms, total in self.holder.sums
        ]
        secret = self.holder.secret - {name}
        return Told(
            Holder(self.holder.truth, rest, self.holder.least, sums, secret),
            self.small,
            self.published,
            self.open_small,
        )


def told_of_people(folder: Path, connection: Connection[Any], region: str, year: str) -> Told:
    """Read the tables of indicators and ratings of an extract, and the public tables of the same day."""
    counts = {
        (code, unit): (float(numerator), float(denominator), float(scale))
        for code, unit, numerator, denominator, scale in connection.execute(
            "select v.indicator_code, v.unit_code, v.numerator, v.denominator, i.value_scale"
            " from marts.fct_indicator_value as v inner join marts.dim_indicator as i using (indicator_code)"
            " where v.region_code = %s and v.school_year = %s and v.unit_type in ('municipality', 'region')"
            " and i.denominator_counts_people and v.numerator is not null and v.denominator is not null",
            [region, year],
        ).fetchall()
    }
    municipal = _rows(folder / "indicator_municipality.csv")
    regional = _rows(folder / "indicator_region.csv")
    hidden = {
        (r["indicator_code"], r["municipality_code"]) for r in municipal if r["is_suppressed"] == "true"
    }
    hidden |= {(r["indicator_code"], region) for r in regional if r["is_suppressed"] == "true"}
    assert hidden <= set(counts)
    with_ovz = _with_ovz(connection, region, year)
    people = {key: with_ovz.get(key[1], 0.0) if key[0] == "4.3" else counts[key][0] for key in counts}
    small = {_name(key) for key in counts if _is_small(people[key], counts[key][1])}
    reading = _Reading(connection, region, year, counts, hidden)
    for key in sorted(hidden):
        count, of, scale = counts[key]
        most = _most(count, of, scale)
        if key[0] == "4.3" and people[key]:
            # Who tried, times what one of them counts: the share stops at 1, those who tried do not.
            most = max(most, of * count / people[key])
        reading.holder.hide(_name(key), count, most)
    sums = [
        *_totals(counts, hidden, region),
        *_scores(folder, connection, (region, year), counts, reading.holder.most),
    ]
    reading.holder.sums.extend(sums)
    small |= _same_people(reading, with_ovz)
    published = {_name(key) for key in hidden} | reading.tables
    return Told(reading.holder, small, published, small - published)


@dataclass(frozen=True)
class _Reading:
    """What is known of each count, and what is said of several."""

    connection: Connection[Any]
    region: str
    year: str
    counts: Mapping[tuple[str, str], tuple[float, float, float]]
    hidden: set[tuple[str, str]]
    holder: Holder = field(default_factory=Holder)
    tables: set[str] = field(default_factory=set)

    @property
    def units(self) -> list[str]:
        """Codes of municipalities, and of the region."""
        return sorted({unit for _, unit in self.counts})

    def has(self, code: str, unit: str) -> bool:
        return (code, unit) in self.counts

    def of(self, code: str, unit: str) -> str:
        """The number of people that a share is out of: known with the share."""
        name = f"of {code} {unit}"
        if (code, unit) in self.hidden:
            self.holder.hide(name, self.counts[code, unit][1], math.inf, is_secret=False)
        return name

    def unsaid(self, name: str, value: float, most: float = math.inf, *, is_secret: bool = False) -> str:
        """What no table tells."""
        self.holder.hide(name, value, most, is_secret=is_secret)
        return name


def _same_people(reading: _Reading, with_ovz: Mapping[str, float]) -> set[str]:
    """Say how figures hang together that count the same people; return the small cells of events."""
    for unit in reading.units:
        if reading.has("4.4", unit) and reading.has("4.5", unit):
            reading.holder.say({f"4.5 {unit}": 1.0, f"4.4 {unit}": -1.0})
        _with_a_trial(reading, unit)
        _parity(reading, unit, with_ovz.get(unit, 0.0))
    region = reading.region
    if reading.has("Z4", region) and reading.has("4.5", region):
        reading.holder.say({f"4.5 {region}": 1.0, reading.of("Z4", region): -1.0})
    if reading.has("P1", region) and reading.has("P5", region):
        paid = reading.counts["P5", region][1] - reading.counts["P1", region][0]
        name = reading.unsaid("paid", paid, is_secret=0 < paid < 5)
        reading.holder.say({f"P1 {region}": 1.0, name: 1.0, reading.of("P5", region): -1.0})
    _service(reading)
    return _events(reading)


def _with_a_trial(reading: _Reading, unit: str) -> None:
    """Who had a trial is in grades 8-11 or 6-7; some schools are in 4.1 and not in 4.2."""
    if not (reading.has("4.1", unit) and reading.has("4.2", unit)):
        return
    schools = reading.connection.execute(
        "select sum(c.unique_8_9 + c.unique_10_11) filter (where t.numerator is null),"
        " sum(c.unique_total - c.unique_8_9 - c.unique_10_11)"
        " filter (where t.numerator is not null and s.numerator is not null),"
        " sum(p.denominator - s.denominator) filter (where t.numerator is not null),"
        " sum(s.denominator) filter (where t.numerator is null),"
        " sum(t.denominator) filter (where s.numerator is null)"
        " from marts.fct_event_coverage as c"
        " inner join intermediate.int_unit_year__active as a using (ogrn, school_year)"
        " left join marts.fct_indicator_value as s"
        " on s.unit_code = c.ogrn and s.school_year = c.school_year and s.indicator_code = '4.1'"
        " and s.numerator is not null"
        " left join marts.fct_indicator_value as t"
        " on t.unit_code = c.ogrn and t.school_year = c.school_year and t.indicator_code = '4.2'"
        " and t.numerator is not null"
        " left join marts.fct_indicator_value as p"
        " on p.unit_code = c.ogrn and p.school_year = c.school_year and p.indicator_code = '3.1'"
        " where c.is_latest_in_year and c.activity_kind = 'trial' and c.school_year = %s"
        " and a.region_code = %s and %s in (a.municipality_code, a.region_code)"
        " and (s.numerator is not null or t.numerator is not null)",
        [reading.year, reading.region, unit],
    ).fetchone()
    assert schools is not None
    elsewhere, younger, of_younger, of_elsewhere, only_tried = (float(number or 0) for number in schools)
    terms = {f"4.1 {unit}": 1.0, reading.of("4.2", unit): -1.0}
    if younger:
        small = _is_small(younger, of_younger)
        terms[reading.unsaid(f"6-7 with a trial {unit}", younger, of_younger, is_secret=small)] = 1.0
    if elsewhere or of_elsewhere:
        terms[reading.unsaid(f"in 4.1 only {unit}", elsewhere, of_elsewhere)] = -1.0
    if only_tried:
        terms[reading.unsaid(f"in 4.2 only {unit}", only_tried)] = 1.0
    reading.holder.say(terms)


def _parity(reading: _Reading, unit: str, tried: float) -> None:
    """Behind 4.3 are pupils with ОВЗ who tried something: some of those of 4.1."""
    if not reading.has("4.3", unit) or not tried:
        return
    count, of, _ = reading.counts["4.3", unit]
    name = f"with ОВЗ {unit}"
    if ("4.3", unit) in reading.hidden:
        reading.holder.hide(name, tried, of)
        reading.holder.say({f"4.3 {unit}": 1.0, name: -count / tried})
    if reading.has("4.1", unit):
        rest, among = reading.counts["4.1", unit][0] - tried, reading.counts["4.1", unit][1] - of
        if 0 < rest <= among:
            others = reading.unsaid(f"without ОВЗ {unit}", rest, among, is_secret=_is_small(rest, among))
            reading.holder.say({f"4.1 {unit}": 1.0, name: -1.0, others: -1.0})


REACHED = {"diagnostics": "3.3", "open_lesson": "3.4", "trial": "4.1", "contest": "4.7"}


def _events(reading: _Reading) -> set[str]:
    """Participations of the quarters: 4.2 is of those of trials; who was reached took part at least once."""
    truth = reading.connection.execute(
        "select municipality_code, activity_kind, period_code, participations"
        " from intermediate.int_event__by_municipality where region_code = %s and school_year = %s"
        " order by 1, 2, 3",
        [reading.region, reading.year],
    ).fetchall()
    with connect("ministry") as public:
        told = {
            (unit, kind, period): count
            for unit, kind, period, count in public.execute(
                "select municipality_code, activity_kind, period_code, participations"
                " from public_marts.event_municipality_public where region_code = %s",
                [reading.region],
            ).fetchall()
        }
    small = set()
    year: dict[tuple[str, str], dict[str, float]] = {}
    for unit, kind, period, count in truth:
        name = f"{kind} {period} {unit}"
        year.setdefault((unit, kind), {})[name] = float(count)
        if told[unit, kind, period] is None:
            reading.holder.hide(name, float(count), math.inf)
            reading.tables.add(name)
        if 0 < count < 5:
            small.add(name)
    for (unit, kind), quarters in year.items():
        held = sum(quarters.values())
        code = REACHED.get(kind)
        if code and reading.has(code, unit) and held >= reading.counts[code, unit][0]:
            again = reading.unsaid(f"{kind} again {unit}", held - reading.counts[code, unit][0])
            reading.holder.say({**dict.fromkeys(quarters, 1.0), f"{code} {unit}": -1.0, again: -1.0})
        if kind == "trial" and reading.has("4.2", unit):
            terms = {**dict.fromkeys(quarters, 1.0), f"4.2 {unit}": -1.0}
            left = held - reading.counts["4.2", unit][0]
            if left:
                terms[reading.unsaid(f"not in 4.2 {unit}", left, is_secret=0 < left < 5)] = -1.0
            reading.holder.say(terms)
    return small


def _service(reading: _Reading) -> None:
    """Recipients since January, by month: what a month adds; December is Z1 and Z2."""
    region = reading.region
    truth = reading.connection.execute(
        "select period_code, service_fact_cumulative, service_age_14_17"
        " from intermediate.int_state_service__by_region where region_code = %s and school_year = %s"
        " order by 1",
        [region, reading.year],
    ).fetchall()
    with connect("ministry") as public:
        hidden = {
            period
            for (period,) in public.execute(
                "select period_code from public_marts.state_service_public"
                " where region_code = %s and is_suppressed",
                [region],
            ).fetchall()
        }
    before: dict[str, tuple[str, float]] = {}
    for period, *counts in truth:
        ages = {"all": float(counts[0]), "14-17": float(counts[1])}
        rest = ages["all"] - ages["14-17"]
        if period.endswith("-01"):
            before = {}
        for age, count in ages.items():
            name = f"recipients {age} {period}"
            if period in hidden:
                reading.holder.hide(name, count, math.inf)
                reading.tables.add(name)
        others = reading.unsaid(f"recipients others {period}", rest, is_secret=0 < rest < 5)
        reading.holder.say(
            {f"recipients all {period}": 1.0, f"recipients 14-17 {period}": -1.0, others: -1.0}
        )
        for age, count in {**ages, "others": rest}.items():
            name = f"recipients {age} {period}"
            if age in before and count >= before[age][1]:
                added = count - before[age][1]
                more = reading.unsaid(f"added {age} {period}", added, is_secret=0 < added < 5)
                reading.holder.say({name: 1.0, before[age][0]: -1.0, more: -1.0})
            before[age] = (name, count)
        if period.endswith("-12"):
            if reading.has("Z1", region):
                reading.holder.say({f"recipients all {period}": 1.0, f"Z1 {region}": -1.0})
            if reading.has("Z2", region):
                reading.holder.say({f"recipients 14-17 {period}": 1.0, f"Z2 {region}": -1.0})
                reading.holder.say({f"recipients all {period}": 1.0, reading.of("Z2", region): -1.0})


def _with_ovz(connection: Connection[Any], region: str, year: str) -> dict[str, float]:
    """Pupils with ОВЗ of grades 8-11 who had a trial, by municipality and of the region."""
    counts = {
        unit: float(count)
        for unit, count in connection.execute(
            "select a.municipality_code, sum(f.trial_ovz) from marts.fct_inclusion as f"
            " inner join intermediate.int_unit_year__active as a using (ogrn, school_year)"
            " inner join marts.fct_indicator_value as v"
            " on v.unit_code = f.ogrn and v.school_year = f.school_year and v.indicator_code = '4.3'"
            " where f.grade > 7 and v.numerator is not null and a.region_code = %s and f.school_year = %s"
            " group by 1",
            [region, year],
        ).fetchall()
    }
    return {**counts, region: sum(counts.values())}


def _totals(
    counts: Mapping[tuple[str, str], tuple[float, float, float]], hidden: set[tuple[str, str]], region: str
) -> list[Sum]:
    sums: list[Sum] = []
    for code, unit in counts:
        parts = [key for key in counts if key[0] == code and key[1] != region]
        if unit != region or not parts:
            continue
        terms = {_name(key): 1.0 for key in parts if key in hidden}
        total = -sum(counts[key][0] for key in parts if key not in hidden)
        if (code, region) in hidden:
            terms[_name((code, region))] = -1.0
        else:
            total += counts[code, region][0]
        sums.append((terms, total))
    return sums


def _scores(
    folder: Path,
    connection: Connection[Any],
    scope: tuple[str, str],
    counts: Mapping[tuple[str, str], tuple[float, float, float]],
    withheld: Mapping[str, float],
) -> list[Sum]:
    """A score that is shown less what its other indicators add; beyond a goalpost a person adds nothing."""
    shown = {r["municipality_code"] for r in _rows(folder / "rating_municipality.csv") if r["score"]}
    terms: dict[str, dict[str, float]] = {unit: {} for unit in shown}
    for code, unit, weight, low, high in connection.execute(
        "select c.indicator_code, c.unit_code, c.weight, m.goalpost_low, least(m.goalpost_high, m.value_cap)"
        " from marts.rating_contribution as c"
        " inner join reference.methodology_indicators as m"
        " using (methodology_code, unit_type, indicator_code)"
        " where c.region_code = %s and c.school_year = %s and c.unit_type = 'municipality' and c.weight > 0",
        scope,
    ).fetchall():
        name = _name((code, unit))
        if unit in shown and name in withheld:
            count, of, scale = counts[code, unit]
            if low <= scale * count / of <= high:
                terms[unit][name] = 100 * float(weight) / float(high - low) * scale / of
    return [
        (points, sum(each * counts[_key(name)][0] for name, each in points.items()))
        for _, points in sorted(terms.items())
        if points
    ]


def _is_small(count: float, of: float) -> bool:
    return of < 5 or 0 < count < 5 or 0 < of - count < 5


def _most(count: float, of: float, scale: float) -> float:
    return of if count <= of and scale in (1.0, 100.0) else math.inf


def _name(key: tuple[str, str]) -> str:
    return " ".join(key)


def _key(name: str) -> tuple[str, str]:
    code, _, unit = name.partition(" ")
    return code, unit


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
