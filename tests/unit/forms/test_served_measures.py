"""Which fields serve which measure: the generated seed, and how a wrong entry is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.forms.catalogue import CONTRACTS_DIR, contract, load_contracts, read_contracts
from ingest.forms.contract_file import ContractError
from ingest.forms.served_measures import (
    MEASURE_FIELDS,
    measure_fields,
    measure_fields_drifted,
    reportable_measures,
    write_measure_fields,
)

PROJECT = Path(__file__).parents[3]


def test_the_seed_has_not_drifted_from_the_contracts() -> None:
    """When: a contract's measures were changed. Resolve with ``orientir form generate``, commit the seed."""
    assert measure_fields_drifted(PROJECT, load_contracts()) == []


def test_writing_twice_writes_once(tmp_path: Path) -> None:
    assert write_measure_fields(tmp_path, load_contracts()) == [tmp_path / MEASURE_FIELDS]
    assert write_measure_fields(tmp_path, load_contracts()) == []
    (tmp_path / MEASURE_FIELDS).write_text("measure_code,form_code,section,field\n")
    assert measure_fields_drifted(tmp_path, load_contracts()) == ["measure_fields.csv"]


def test_a_line_is_a_measure_a_form_and_a_field() -> None:
    lines = measure_fields([contract("C1")]).splitlines()
    assert lines[0] == "measure_code,form_code,section,field"
    assert lines[1:] == sorted(lines[1:])
    assert "Т3.1,C1,card,service_plan_year" in lines


def test_headings_are_not_reported() -> None:
    assert (
        len([code for code in reportable_measures() if code[0] in "ЧТ"]) == 97
    )  # of the first two road maps
    assert "Т3.2" not in reportable_measures()
    assert {"Ч1.1", "Т2.2", "Т3.2.19", "Т8.4"} <= reportable_measures()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Т2.7: [", "Т2.8: [", "no road map has the measure 'Т2.8'"),
        ("Т2.7: [", "Т3.2: [", "no road map has the measure 'Т3.2'"),
        ("Т2.7: [by_grade.graduates", "Т2.7: [by_grade.pupils", "the form has no field 'by_grade.pupils'"),
        ("Т2.7: [by_grade.graduates", "Т2.7: [graduates", "the form has no field 'graduates'"),
        ("Т2.7: [by_grade.graduates", "Т2.7: [by_grade.surveyed", "'by_grade.surveyed' is given twice"),
    ],
)
def test_a_wrong_entry_is_refused_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    text = (CONTRACTS_DIR / "s5_v1.yaml").read_text(encoding="utf-8")
    (tmp_path / "s5_v1.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index("Т2.7: [")].count("\n") + 1
    with pytest.raises(ContractError) as caught:
        read_contracts(tmp_path)
    assert f"s5_v1.yaml, line {line}, customProperties.0.value.measures." in str(caught.value)
    assert problem in str(caught.value)


def test_the_plain_list_of_codes_is_refused(tmp_path: Path) -> None:
    text = (CONTRACTS_DIR / "c1_v1.yaml").read_text(encoding="utf-8")
    start, end = text.index("measures: {"), text.index("}}}]") + 1
    (tmp_path / "c1_v1.yaml").write_text(text[:start] + 'measures: ["Т3.1"]' + text[end:], encoding="utf-8")
    with pytest.raises(ContractError, match=r"measures: must map each measure code to the fields"):
        read_contracts(tmp_path)
