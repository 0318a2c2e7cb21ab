"""What is wrong where a rule found something, in a few words of Russian for those who know no codes."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from expectations.rule_docs import CROSS_RULES_FILE
from warehouse.yaml_files import read_yaml

READER_NAMES = Path(__file__).parent / "feedback" / "titles.yaml"


def name_of_rule(rule_id: str) -> str | None:
    """The words for a rule of a reader, of a form or of several forms; None where nobody has named it."""
    return _of_readers().get(rule_id) or _of_several_forms().get(rule_id) or _of_form(rule_id)


def _of_form(rule_id: str) -> str | None:
    """What the rule of a form demands."""
    from expectations.registry import rule_book
    from ingest.forms.catalogue import load_contracts

    form_code = rule_id.partition(".")[0]
    if form_code not in load_contracts():
        return None
    title = next((rule.title for rule in rule_book(form_code).rules if rule.id == rule_id), None)
    return None if title is None else f"Не выполнено условие: {title[:1].lower()}{title[1:]}"


@cache
def _of_readers() -> dict[str, str]:
    names: dict[str, str] = read_yaml(READER_NAMES)
    return names


@cache
def _of_several_forms() -> dict[str, str]:
    with CROSS_RULES_FILE.open(encoding="utf-8", newline="") as stream:
        return {row["rule_id"]: row["rule_name"] for row in csv.DictReader(stream)}
