"""Results of validation runs, kept as JSON under ``<quality_dir>/results/<ruleset>/<form>/<run>.json``.

The data-quality report is made from them. A run's file is named by what was validated under which rules, so a
rerun after a crash writes the same file again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.readers.findings import Category, Severity
from warehouse.settings import get_settings

RESULTS_FORMAT = 1


@dataclass(frozen=True)
class RuleResult:
    """What one rule gave in one run, or in several runs added up.

    ``checked_rows`` are the rows of the section (or submissions) that the rule was asked about,
    ``failed_rows`` those that broke it, ``submissions`` the submissions checked and ``submissions_affected``
    those that broke it in at least one row. ``origin`` is ``rules`` (written by hand) or ``contract``.
    """

    rule_id: str
    title: str
    severity: Severity
    category: Category
    section: str
    field: str | None
    origin: str
    checked_rows: int
    failed_rows: int
    submissions: int
    submissions_affected: int


@dataclass(frozen=True)
class RunResult:
    """One validation run of one form. Times are ISO 8601; ``outcomes`` counts decisions by outcome."""

    run_id: str
    form_code: str
    form_title: str
    ruleset_version: str
    started_at: str
    finished_at: str
    submissions: int
    rows: int
    regions: dict[str, int]
    outcomes: dict[str, int]
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True)
class FormResult:
    """The runs of one form under one rule set, added up."""

    form_code: str
    form_title: str
    ruleset_version: str
    runs: int
    submissions: int
    rows: int
    outcomes: dict[str, int]
    rules: tuple[RuleResult, ...]

    def failed(self) -> tuple[RuleResult, ...]:
        """Rules that some row broke, the most widespread first."""
        return tuple(
            sorted(
                (rule for rule in self.rules if rule.failed_rows),
                key=lambda rule: (-rule.submissions_affected, -rule.failed_rows, rule.rule_id),
            )
        )


def results_dir(quality_dir: Path | None = None) -> Path:
    """The folder of all results."""
    return (quality_dir or get_settings().quality_dir) / "results"


def write_result(result: RunResult, quality_dir: Path | None = None) -> str:
    """Write a run's result atomically; returns its path relative to the quality folder."""
    relative = Path("results") / result.ruleset_version / result.form_code / f"{result.run_id}.json"
    path = (quality_dir or get_settings().quality_dir) / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"format": RESULTS_FORMAT, **asdict(result)}
    partial = path.with_suffix(f".{os.getpid()}.partial")
    partial.write_text(
        json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    partial.replace(path)
    return relative.as_posix()


def read_result(path: Path) -> RunResult:
    """Read one result. Raises ValueError naming the file if it is not one."""
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = content.pop("format")
        if version != RESULTS_FORMAT:
            raise ValueError(f"format {version}, this version of the program reads {RESULTS_FORMAT}")
        rules = tuple(RuleResult(**rule) for rule in content.pop("rules"))
        return RunResult(**content, rules=rules)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is not a validation result: {error}") from error


def load_results(
    ruleset_version: str | None = None, quality_dir: Path | None = None
) -> tuple[RunResult, ...]:
    """All results of a rule set (of all rule sets if None) that the ledger knows of, by form, then by run.

    A file without an entry in ``ledger.validation_run`` belongs to a run that was not finished: it is passed
    over.
    """
    from warehouse.connection import connect

    root = quality_dir or get_settings().quality_dir
    with connect("auditor") as connection:
        rows = connection.execute(
            "select result_path from ledger.validation_run where result_path is not null"
            " and (%(version)s::text is null or ruleset_version = %(version)s)"
            " order by form_code, started_at, run_id",
            {"version": ruleset_version},
        ).fetchall()
    return tuple(read_result(root / path) for (path,) in rows)


def by_form(results: Iterable[RunResult]) -> tuple[FormResult, ...]:
    """Results added up per form and rule set. Runs of one rule set cover different submissions, except where
    a submission was reopened: it then counts in both of its runs."""
    grouped: dict[tuple[str, str], list[RunResult]] = {}
    for result in results:
        grouped.setdefault((result.form_code, result.ruleset_version), []).append(result)
    return tuple(_added(runs) for _, runs in sorted(grouped.items()))


def _added(runs: list[RunResult]) -> FormResult:
    outcomes: dict[str, int] = {}
    rules: dict[str, RuleResult] = {}
    for run in runs:
        for outcome, count in run.outcomes.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
        for rule in run.rules:
            known = rules.get(rule.rule_id)
            rules[rule.rule_id] = rule if known is None else _sum(known, rule)
    return FormResult(
        form_code=runs[0].form_code,
        form_title=runs[-1].form_title,
        ruleset_version=runs[0].ruleset_version,
        runs=len(runs),
        submissions=sum(run.submissions for run in runs),
        rows=sum(run.rows for run in runs),
        outcomes=dict(sorted(outcomes.items())),
        rules=tuple(rules[rule_id] for rule_id in sorted(rules)),
    )


def _sum(one: RuleResult, other: RuleResult) -> RuleResult:
    return RuleResult(
        rule_id=other.rule_id,
        title=other.title,
        severity=other.severity,
        category=other.category,
        section=other.section,
        field=other.field,
        origin=other.origin,
        checked_rows=one.checked_rows + other.checked_rows,
        failed_rows=one.failed_rows + other.failed_rows,
        submissions=one.submissions + other.submissions,
        submissions_affected=one.submissions_affected + other.submissions_affected,
    )
