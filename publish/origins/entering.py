"""Whether a report entered a figure: told from what the figure is made of and from the report's own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from psycopg import Connection, sql
from psycopg.rows import dict_row

from ingest import periods
from ingest.forms.catalogue import contract, find_version
from ingest.forms.versions import earlier_names
from publish.origins import fact_fields
from publish.origins.indicators import Source, sources
from publish.origins.recipes import NotDescribedError, Recipe, first_part, recipe
from publish.origins.source_rows import worth
from publish.origins.terms import Among, Operand, Term, forms_of_measure, plan
from publish.release_figures import Figure
from publish.release_register import CountingSubmission

# A figure that the report moved for certain, or one that it may have moved.
Certainty = Literal["certain", "possible"]
VOLUMES = ("events", "participants", "documents")
RAW = "raw"


@dataclass
class Entering:
    """A report, its rows as received, and what it entered.

    `last_periods` are the last periods of the organisation that count in the release, by form and school
    year.
    """

    connection: Connection[Any]
    submission: CountingSubmission
    last_periods: Mapping[tuple[str, str], str]
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _judged: dict[tuple[Any, ...], Certainty | None] = field(default_factory=dict)

    def judge(self, figure: Figure) -> Certainty | None:
        """Whether the report moved a figure of its unit and school year; None where it did not."""
        key = dict(figure.key)
        # Whom the figure is about has been looked at; what is left chooses rows, the same for many units.
        about = {"unit_code", "unit_type", "ogrn", "municipality_code", "region_code"}
        asked = (
            figure.mart,
            figure.column,
            tuple(item for item in figure.key if item[0] not in about),
        )
        if asked not in self._judged:
            self._judged[asked] = self._judge(figure.mart, figure.column, key)
        return self._judged[asked]

    def _judge(self, mart: str, column: str, key: Mapping[str, str]) -> Certainty | None:
        try:
            described = recipe(mart, first_part(column), key)
            if described.follow == "rating":
                return "possible"
            if described.follow == "indicator":
                return self._indicator(key.get("indicator_code", ""))
            return _surest(self._operand(operand, key) for operand in plan(mart, column, key).operands)
        except NotDescribedError:
            return "possible"

    def _operand(self, operand: Operand, key: Mapping[str, str]) -> Certainty | None:
        own = operand.recipe
        is_of_another_year = operand.school_year not in (None, self._school_year)
        if own.fixed or own.leaf in ("none", "registry") or is_of_another_year:
            return None
        judged: dict[str, Callable[[], Certainty | None]] = {
            "rows": lambda: "possible",
            "findings": lambda: self._finding(key),
            "obligations": lambda: self._obligation(own, key),
            "reports": lambda: self._report(key),
            "cells": lambda: _surest(self._term(term) for term in operand.terms),
        }
        return judged[own.leaf]()

    @property
    def _school_year(self) -> str:
        return periods.parse_period(self.submission.period_code).school_year

    def _obligation(self, own: Recipe, key: Mapping[str, str]) -> Certainty | None:
        if own.forms_of_measure and self.submission.form_code not in forms_of_measure(key["measure_code"]):
            return None
        # That a report came and counts is certain; whether in time, the days of then would tell.
        return "certain" if {*own.sums, *own.less} & {"submitted", "accepted"} else "possible"

    def _report(self, key: Mapping[str, str]) -> Certainty | None:
        """A report is evidence of a measure when it says something of it."""
        if "measure_code" not in key:
            return "possible"
        return _surest(
            self._term(term)
            for volume in VOLUMES
            for operand in plan("measure_execution_year", volume, key).operands
            for term in operand.terms
        )

    def _finding(self, key: Mapping[str, str]) -> Certainty | None:
        found = self.connection.execute(
            "select distinct f.rule_id, f.severity from ledger.finding as f"
            " inner join ledger.decision as d using (submission_id, ruleset_version)"
            " where f.submission_id = %s and d.is_current",
            [self.submission.submission_id],
        ).fetchall()
        for rule, severity in found:
            if key.get("rule_id", rule) == rule and key.get("severity", severity) == severity:
                return "certain"
        return None

    def _term(self, term: Term) -> Certainty | None:
        """By the cells of the report that the term would add: one that counts is enough."""
        if not fact_fields.is_fact(term.of):
            return "possible"
        fact = fact_fields.fact(term.of)
        if self.submission.form_code not in fact.forms or not self._is_chosen(term):
            return None
        known = True
        for row, section in self._candidates(fact, term):
            is_met = self._meets(row, section, fact, term)
            if is_met is False:
                continue
            known = known and is_met is True
            if self._counts(row, section, fact, term):
                return "certain" if known and not term.is_cumulative else "possible"
        return None

    def _is_chosen(self, term: Term) -> bool:
        """What the figure asks of the report itself."""
        own = {
            "form_code": self.submission.form_code,
            "period_code": self.submission.period_code,
            "school_year": self._school_year,
            "ogrn": self.submission.ogrn,
        }
        return all(
            own[c.column] in c.values for c in term.conditions if isinstance(c, Among) and c.column in own
        )

    def _candidates(self, fact: fact_fields.Fact, term: Term) -> Iterator[tuple[dict[str, Any], str]]:
        for section in sorted({h.section for name in term.columns for h in self._held(fact, name)}):
            for row in self._section(section):
                yield row, section

    def _held(self, fact: fact_fields.Fact, column: str) -> list[fact_fields.HeldField]:
        return [held for held in fact.fields_of(column) if held.form == self.submission.form_code]

    def _meets(self, row: Mapping[str, Any], section: str, fact: fact_fields.Fact, term: Term) -> bool | None:
        """Whether a row is one of those that the figure chooses; None where the form does not tell."""
        verdict: bool | None = True
        for condition in term.conditions:
            if not isinstance(condition, Among) or condition.column in _OF_REPORT:
                continue
            value = self._value(row, section, fact, condition.column)
            if value is _UNKNOWN:
                verdict = None
            elif not (_text(value) in condition.values if condition.values else value is not None):
                return False
        return verdict

    def _counts(self, row: Mapping[str, Any], section: str, fact: fact_fields.Fact, term: Term) -> bool:
        if not term.sums:
            return not term.shows or any(
                self._value(row, section, fact, name) is not None for name in term.shows
            )
        return any(
            worth(row.get(self._name(held)))
            for name in term.sums
            for held in self._held(fact, name)
            if held.section == section and held.row in (None, row.get(fact_fields.ROW_CODE))
        )

    def _value(self, row: Mapping[str, Any], section: str, fact: fact_fields.Fact, column: str) -> object:
        if fact.row_codes.get((self.submission.form_code, section)) == column:
            return row.get(fact_fields.ROW_CODE)
        for held in self._held(fact, column):
            if held.section == section:
                return row.get(self._name(held))
        return _UNKNOWN

    def _name(self, held: fact_fields.HeldField) -> str:
        """The name of a field in the version that was filled in: raw tables keep a column for each."""
        return self._named(held.section, held.name)

    def _named(self, section: str, name: str) -> str:
        row = next(iter(self._section(section)), {})
        names = (name, *earlier_names(self.submission.form_code, section, name))
        version = find_version(self.submission.form_code, str(row.get("form_version", "")))
        if version is None:
            return next((one for one in names if row.get(one) is not None), name)
        asked = {field.name for field in version.section(section).fields}
        return next((one for one in names if one in asked), name)

    def _section(self, name: str) -> list[dict[str, Any]]:
        if name not in self._rows:
            table = contract(self.submission.form_code).section(name).table
            query = sql.SQL("select r.*, s.form_version from {} as r").format(sql.Identifier(RAW, table))
            query += sql.SQL(
                " inner join ledger.submission as s using (submission_id) where s.submission_id = %s"
                " order by r.row_no"
            )
            with self.connection.cursor(row_factory=dict_row) as cursor:
                self._rows[name] = cursor.execute(query, [self.submission.submission_id]).fetchall()
        return self._rows[name]

    def _indicator(self, code: str) -> Certainty | None:
        own = [s for s in sources().get(code, ()) if s.form in (None, self.submission.form_code)]
        if code not in sources():
            return "possible"
        return "certain" if any(self._enters(source) for source in own) else None

    def _enters(self, source: Source) -> bool:
        if source.submissions:
            return True
        code = self.submission.period_code
        last = self.last_periods.get((self.submission.form_code, self._school_year))
        if source.periods == "latest" and last != code:
            return False
        if source.periods == "december" and not code.endswith("-12"):
            return False
        section = source.section or ""
        for row in self._section(section):
            if any(_text(row.get(name)) not in values for name, values in source.rows.items()):
                continue
            given = [row.get(self._named(section, name)) for name in source.fields]
            # A sum is not moved by nothing; what is compared with a norm is.
            if any(worth(value) if source.sums else value is not None for value in given):
                return True
        return False


def _surest(found: Iterable[Certainty | None]) -> Certainty | None:
    known = {one for one in found if one is not None}
    return "certain" if "certain" in known else next(iter(known), None)


_UNKNOWN = object()
_OF_REPORT: Sequence[str] = ("form_code", "period_code", "school_year", "ogrn", "region_code")


def _text(value: object) -> str:
    """A value as marts print it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
