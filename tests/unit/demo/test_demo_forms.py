"""Every form with a contract is in the demo in full: term, cyclogram, truth, laws, faults."""

import pytest

from demo.faults import CATALOGUE, fitting
from demo.faults.choices import (
    dates_by_the_end,
    dates_within,
    listings,
    measures,
    parts,
    totals,
    totals_of_rows,
)
from demo.laws import broken, laws
from demo.organisations import KINDS, count, organisation
from demo.periods import forms_of_kind, periods_of_form, rhythms
from demo.truth import World, told_forms, truth
from demo.values import FormValues
from expectations.registry import rule_book
from ingest.calendar.cyclogram import load_cyclogram
from ingest.forms.catalogue import load_contracts

FORMS = frozenset(load_contracts())
# Rules about one cell alone, which no law between cells can state: a fault in that cell is named by them.
OF_ONE_CELL = (
    "INN_CHECK_DIGIT",
    "OGRN_CHECK_DIGIT",
    "OKTMO_OF_REGION",
    "MEASURE_OF_REGION",
    "NOT_IN_FUTURE",
    "AFTER_1990",
    "AFTER_2010",
    "PLAN_DATED",
)


def test_every_form_is_in_the_demo_and_in_the_cyclogram() -> None:
    assert {rhythm.form_code for rhythm in rhythms()} == FORMS
    assert told_forms() == FORMS
    assert frozenset(load_cyclogram().forms) == FORMS
    assert [form for form in sorted(FORMS) if not laws(form)] == []


def test_every_form_is_owed_by_those_who_send_it() -> None:
    contracts = load_contracts()
    owed = {form: kind for kind in KINDS for form in forms_of_kind(kind)}
    assert owed == {form: contract.submitter for form, contract in contracts.items()}
    assert all(periods_of_form(form) for form in FORMS)


@pytest.mark.parametrize("form_code", sorted(FORMS))
def test_laws_of_a_form_are_those_of_its_critical_rules(form_code: str) -> None:
    """A rule that no law foresees would surprise the key; a law without a rule would never be found."""
    stated = {law.rule_id for law in laws(form_code)}
    written = [rule for rule in rule_book(form_code).rules if rule.origin == "rules"]
    foreseen = {
        rule.id
        for rule in written
        if rule.severity == "critical" and not any(name in rule.id for name in OF_ONE_CELL)
    }
    assert {law.rule_id for law in laws(form_code) if law.is_critical} == foreseen
    assert stated - foreseen <= {rule.id for rule in written if rule.severity == "warning"}


def test_truth_keeps_every_law() -> None:
    contracts = load_contracts()
    for region_code in ("chelyabinsk", "tyumen"):
        for kind in KINDS:
            for serial in range(0, count(kind, region_code, 1.0), 19):
                for (form, period), values in truth(
                    7, organisation(7, region_code, kind, serial, 1.0), 1.0
                ).items():
                    found = [(breach.law.rule_id, breach.index) for breach in broken(contracts[form], values)]
                    assert found == [], f"{kind} {serial} of {region_code}, {form} {period}"


def _s1(**changed: int) -> FormValues:
    org = organisation(2026, "tyumen", "school", 3, 1.0)
    values = World(2026, org, 1.0).form("S1", "2025-2026").copy()
    values.row("by_grade", "8").update(changed)
    return values


def test_a_law_says_what_a_wrong_figure_breaks() -> None:
    """Two thousand pupils with ОВЗ in grade 8: more than its pupils, and the total no longer adds up."""
    found = broken(load_contracts()["S1"], _s1(students_ovz=2000))
    # rows of the matrix: 6, 7, 8, 9, 10, 11, total
    assert {(breach.law.rule_id, breach.index) for breach in found} == {
        ("S1.ARITHMETIC.OVZ_WITHIN_STUDENTS", 2),
        ("S1.ARITHMETIC.OVZ_AND_DISABLED_WITHIN_STUDENTS", 2),
        ("S1.ARITHMETIC.TOTAL_STUDENTS_OVZ", 6),
    }


def test_kinds_of_fault_follow_the_contracts() -> None:
    """Where a form has such a cell, the fault can be put into it."""
    with_measures = {form for form, contract in load_contracts().items() if measures(contract)}
    assert with_measures == {"C3", "P6", "S3", "S11", "S12", "S13"}
    spoilt_by = {
        "unknown_measure": measures,
        "measure_of_the_other_region": measures,
        "date_outside_the_period": dates_within,
        "signed_after_the_period": dates_by_the_end,
        "row_entered_twice": listings,
        "part_exceeds_whole": parts,
        "whole_is_not_the_sum": totals_of_rows,
        "total_is_not_the_sum": totals,
    }
    for contract in load_contracts().values():
        for fault_id, choice in spoilt_by.items():
            assert (CATALOGUE[fault_id] in fitting(contract)) is bool(choice(contract)), contract.code
