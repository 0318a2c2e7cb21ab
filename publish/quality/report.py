"""The data-quality report: what came, what was wrong in it, by form and by rule, with places to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from expectations.results import FormResult, by_form, load_results
from ingest.forms.catalogue import load_contracts
from publish.ledger_queries import (
    OutcomeCount,
    RuleExample,
    RuleFrequency,
    outcome_counts,
    region_names,
    rule_examples,
    rule_frequencies,
)
from publish.packages import write_file
from publish.pages import OUTCOMES, render_page
from publish.rule_names import name_of_rule

TEMPLATES = Path(__file__).parent / "templates"
EXAMPLES_PER_RULE = 5


@dataclass(frozen=True)
class FormQuality:
    """One form: files by outcome, and what Great Expectations checked in them."""

    form_code: str | None
    title: str
    outcomes: dict[str, int]
    checked_rows: int
    checked_rules: int
    broken_rules: int

    @property
    def received(self) -> int:
        """Files of the form, whatever became of them."""
        return sum(self.outcomes.values())

    @property
    def accepted(self) -> int:
        """Files that count."""
        return self.outcomes["accepted"] + self.outcomes["accepted_with_warnings"]


@dataclass(frozen=True)
class RuleQuality:
    """One rule that fired on one form, with examples."""

    form_code: str | None
    rule_id: str
    title: str
    severity: str
    category: str
    findings: int
    submissions: int
    organisations: int
    hint: str
    examples: tuple[RuleExample, ...]


@dataclass(frozen=True)
class QualityReport:
    """Everything that the report says, as of a moment."""

    as_of: datetime
    regions: dict[str, str]
    region_outcomes: dict[str, dict[str, int]]
    forms: tuple[FormQuality, ...]
    rules: tuple[RuleQuality, ...]

    @property
    def outcomes(self) -> dict[str, int]:
        """Files by outcome over all regions."""
        return {name: sum(form.outcomes[name] for form in self.forms) for name in OUTCOMES}

    @property
    def received(self) -> int:
        """All files received."""
        return sum(self.outcomes.values())

    def findings(self, severity: str) -> int:
        """How many findings of a severity there are."""
        return sum(rule.findings for rule in self.rules if rule.severity == severity)


def read_report(connection: psycopg.Connection[Any], as_of: datetime) -> QualityReport:
    """Read the report from the ledger and from the stored results of Great Expectations."""
    counts = outcome_counts(connection, as_of)
    results = by_form(load_results())
    names = region_names(connection)
    registered = dict(
        connection.execute(
            "select rule_id, rule_name from reference.rule_registry order by rule_id"
        ).fetchall()
    )
    checked = {rule.rule_id: rule.title for form in results for rule in form.rules}
    return QualityReport(
        as_of=as_of,
        regions=names,
        region_outcomes={code: _outcomes(row for row in counts if row.region_code == code) for code in names},
        forms=_forms(counts, results),
        rules=_rules(
            rule_frequencies(connection, as_of),
            rule_examples(connection, as_of, EXAMPLES_PER_RULE),
            registered | checked,
        ),
    )


def _outcomes(counts: Iterable[OutcomeCount]) -> dict[str, int]:
    found = dict.fromkeys(OUTCOMES, 0)
    for row in counts:
        found[row.outcome] += row.submissions
    return found


def _forms(counts: list[OutcomeCount], results: Iterable[FormResult]) -> tuple[FormQuality, ...]:
    titles = {code: contract.title for code, contract in load_contracts().items()}
    results = list(results)
    forms = []
    for code in [*sorted(titles), None]:
        own = [result for result in results if result.form_code == code]
        rules = {rule.rule_id for result in own for rule in result.rules}
        broken = {rule.rule_id for result in own for rule in result.rules if rule.failed_rows}
        quality = FormQuality(
            form_code=code,
            title=titles.get(code or "", "форма не определена"),
            outcomes=_outcomes(row for row in counts if row.form_code == code),
            checked_rows=sum(result.rows for result in own),
            checked_rules=len(rules),
            broken_rules=len(broken),
        )
        if code is not None or quality.received:
            forms.append(quality)
    return tuple(forms)


def _rules(
    frequencies: list[RuleFrequency], examples: list[RuleExample], titles: dict[str, str]
) -> tuple[RuleQuality, ...]:
    by_rule: dict[tuple[str | None, str], list[RuleExample]] = {}
    for example in examples:
        by_rule.setdefault((example.form_code, example.rule_id), []).append(example)
    rules = []
    for row in frequencies:
        own = by_rule.get((row.form_code, row.rule_id), [])
        rules.append(
            RuleQuality(
                form_code=row.form_code,
                rule_id=row.rule_id,
                title=titles.get(row.rule_id)
                or name_of_rule(row.rule_id)
                or (own[0].message if own else row.rule_id),
                severity=row.severity,
                category=row.category,
                findings=row.findings,
                submissions=row.submissions,
                organisations=row.organisations,
                hint=own[0].hint if own else "",
                examples=tuple(own),
            )
        )
    return tuple(rules)


def report_html(report: QualityReport, *, is_linked: bool) -> bytes:
    """The report as a page: of the portal, or one that stands alone."""
    return render_page(
        TEMPLATES,
        "quality.html.j2",
        as_of=report.as_of,
        page="quality.html",
        is_linked=is_linked,
        report=report,
    )


def report_json(report: QualityReport) -> bytes:
    """The report for programs."""
    content = {
        "as_of": report.as_of.isoformat(),
        "received": report.received,
        "outcomes": report.outcomes,
        "regions": [
            {"region_code": code, "name": name, "outcomes": report.region_outcomes[code]}
            for code, name in report.regions.items()
        ],
        "forms": [
            asdict(form) | {"received": form.received, "accepted": form.accepted} for form in report.forms
        ],
        "rules": [asdict(rule) for rule in report.rules],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def write_report(report: QualityReport, folder: Path) -> list[Path]:
    """Write report.html and report.json into a folder; each is replaced whole."""
    paths = [folder / "report.html", folder / "report.json"]
    for path, content in zip(paths, (report_html(report, is_linked=False), report_json(report)), strict=True):
        write_file(path, content)
    return paths
