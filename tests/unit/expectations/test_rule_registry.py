"""The registry refuses rules that could not speak to a submitter, and its version follows its content."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from expectations import registry, rule_docs
from expectations.registry import Rule, RuleError, all_rules, measure_codes, rule_book, ruleset_version
from ingest.forms.catalogue import load_contracts
from warehouse.yaml_files import read_yaml


@pytest.fixture
def rules_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rules that a test may change."""
    folder = tmp_path / "rules"
    shutil.copytree(registry.RULES_DIR, folder)
    monkeypatch.setattr(registry, "RULES_DIR", folder)
    monkeypatch.setattr(registry, "REQUISITES_FILE", folder / "requisites.yaml")
    monkeypatch.setattr(registry, "rule_book", registry.rule_book.__wrapped__)
    monkeypatch.setattr(registry, "ruleset_version", registry.ruleset_version.__wrapped__)
    return folder


def change(folder: Path, name: str, **changes: object) -> None:
    """Change the first rule of a file."""
    path = folder / name
    content = read_yaml(path)
    content["rules"][0].update(changes)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")


def test_every_form_has_written_rules_and_together_there_are_more_than_150() -> None:
    written = [rule for rule in all_rules() if rule.origin == "rules"]
    by_form = Counter(rule.id.partition(".")[0] for rule in written)
    assert set(by_form) == set(load_contracts())
    assert min(by_form.values()) >= 5 and len(written) >= 150
    assert {rule.severity for rule in written} == {"critical", "warning"}
    assert {rule.category for rule in all_rules()} == {
        "structure",
        "value",
        "arithmetic",
        "consistency",
        "plausibility",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"section": "grades"}, "no section 'grades'"),
        ({"field": "surveyd"}, "no field 'surveyd'"),
        ({"message": "Опрошено {surveid}, а выпускников {graduates}."}, "no column surveid"),
        ({"arguments": {"column": "surveyed", "limit": "graduate"}}, "no column graduate"),
        ({"severity": "fatal"}, "severity"),
        ({"valid_to": date(2020, 1, 1)}, "ends"),
        ({"id": "S1.ARITHMETIC.SURVEYED_WITHIN_GRADUATES"}, "among the rules of form S5"),
        ({"id": "S5.ARITHMETIC.SURVEYED_OF_INTENTIONS"}, "twice"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_rule_is_refused_with_its_name(rules_dir: Path, changes: dict[str, object], said: str) -> None:
    change(rules_dir, "s5.yaml", **changes)
    with pytest.raises(RuleError, match=said) as refused:
        registry.rule_book("S5")
    assert "S5." in str(refused.value) or "S1." in str(refused.value)


def test_version_follows_the_rules(rules_dir: Path) -> None:
    before = registry.ruleset_version()
    assert before == ruleset_version()
    assert len(before) == 12
    change(rules_dir, "c1.yaml", severity="warning")
    assert registry.ruleset_version() != before


def test_rule_holds_on_both_ends_of_its_validity() -> None:
    rule = (
        rule_book("S5")
        .rule("S5.PLAUSIBILITY.RESPONSE_RATE")
        .model_copy(update={"valid_from": date(2024, 9, 1), "valid_to": date(2025, 9, 1)})
    )
    assert isinstance(rule, Rule)
    days = (date(2024, 8, 31), date(2024, 9, 1), date(2025, 9, 1), date(2025, 9, 2))
    assert [rule.holds_on(day) for day in days] == [False, True, True, False]


def test_measures_of_both_road_maps_are_known_and_headers_are_not_measures() -> None:
    codes = measure_codes()
    assert len(codes["chelyabinsk"]) == 47
    assert len(codes["tyumen"]) == 50
    assert "Ч4.4" in codes["chelyabinsk"]
    assert "Т3.2.17" in codes["tyumen"]
    assert "Т3.2" not in codes["tyumen"]


_COUNTED = re.compile(r"(?:\{(\w+)\}|%\d\$s) ([а-яё]{4,})")
# Before these a share stands («97 % значений»), or a code of a specialty.
_NO_COUNT = frozenset({"значений", "строк", "студентов"})


def counted_words() -> list[str]:
    """Words of messages right behind a number that would have to change with it."""
    import pymorphy3

    dictionary = pymorphy3.MorphAnalyzer(lang="ru")
    with rule_docs.CROSS_RULES_FILE.open(encoding="utf-8", newline="") as stream:
        messages = [(row["rule_id"], row["message_template"]) for row in csv.DictReader(stream)]
    messages += [(rule.id, rule.message) for rule in all_rules()]
    return [
        f"{rule_id}: {match.group()}"
        for rule_id, message in messages
        for match in _COUNTED.finditer(message)
        if match[2] not in _NO_COUNT and {"plur", "gent"} <= dictionary.parse(match[2])[0].tag.grammemes
    ]


def test_messages_hold_for_every_number() -> None:
    """No message says «из {graduates} выпускников»: of one it would read «из 1 выпускников»."""
    assert counted_words() == []


def test_catalogue_of_rules_is_up_to_date() -> None:
    assert rule_docs.rules_markdown_drifted() == [], "run `orientir form generate`"


def test_great_expectations_is_not_imported_before_a_run() -> None:
    program = (
        "import sys, expectations.run, expectations.results, expectations.dbt_findings;"
        "print([name for name in ('great_expectations', 'pandas', 'sqlalchemy') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
