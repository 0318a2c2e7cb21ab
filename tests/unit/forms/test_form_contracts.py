"""The catalogue: what the shipped contracts say, and how a wrong one is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.forms.catalogue import (
    CONTRACTS_DIR,
    check_contracts,
    contract,
    find_version,
    load_contracts,
    read_contracts,
)
from ingest.forms.contract import column_letter, column_number
from ingest.forms.contract_file import ContractError


def forms_sent_by(submitter: str) -> dict[str, tuple[tuple[str, ...], str, str]]:
    """Formats, kind of period and first day of each form of these organisations."""
    return {
        code: (form.formats, form.period_type, f"{form.valid_from}")
        for code, form in load_contracts().items()
        if form.submitter == submitter
    }


def test_every_contract_follows_the_standard() -> None:
    check_contracts()


def test_forms_of_schools() -> None:
    """The catalogue of forms; the summer's shifts are due in September, so theirs begins a year earlier."""
    assert forms_sent_by("school") == {
        "S1": (("xlsx",), "school_year", "2024-09-01"),
        "S10": (("xlsx",), "school_year", "2025-09-01"),
        "S11": (("xlsx",), "school_year", "2025-09-01"),
        "S12": (("xlsx",), "quarter", "2025-07-01"),
        "S13": (("xlsx",), "school_year", "2025-09-01"),
        "S2": (("xlsx",), "quarter", "2025-07-01"),
        "S3": (("xlsx",), "quarter", "2025-07-01"),
        "S4": (("xlsx",), "half_year", "2025-07-01"),
        "S5": (("xlsx",), "school_year", "2024-09-01"),
        "S6": (("xlsx",), "school_year", "2024-09-01"),
        "S7": (("xlsx",), "school_year", "2025-09-01"),
        "S8": (("xlsx",), "half_year", "2025-07-01"),
        "S9": (("xlsx",), "school_year", "2024-09-01"),
    }


def test_a_form_is_sent_as_a_workbook_or_by_a_program() -> None:
    forms = {code: form.formats for code, form in load_contracts().items()}
    assert (forms["C1"], forms["P2"]) == (("json",), ("csv",))


def test_places_of_fields() -> None:
    card = contract("S1").section("card")
    assert card.cell("ogrn") == "B4"
    assert card.cell("site_checklist_count") == "B21"
    events = contract("S3").section("events")
    assert (events.column("event_date"), events.column("winners")) == ("A", "Q")


def test_personal_fields_are_not_raw() -> None:
    card = contract("S1").section("card")
    assert [f.name for f in card.personal_fields] == ["responsible_full_name", "responsible_phone"]
    assert not {f.name for f in card.raw_fields} & {"responsible_full_name", "responsible_phone"}


def test_every_form_says_whose_and_when() -> None:
    for form in load_contracts().values():
        for role, name in (("organisation", "ogrn"), ("period", "period")):
            place = form.role_field(role)  # type: ignore[arg-type]
            assert place is not None and place[1].name == name


def test_a_version_is_found_by_number_and_by_day() -> None:
    assert find_version("S1", "1.0.0") is contract("S1")
    assert find_version("S1", "0.9.0") is None
    assert contract("S3", date(2024, 7, 1)).version == "1.0.0"
    with pytest.raises(KeyError, match="in force on 2020-01-01"):
        contract("S3", date(2020, 1, 1))
    with pytest.raises(KeyError, match=r"known forms: C1, .*P2, .*S1, .*S3, .*S5"):
        contract("S99")


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_column_letters(number: int, letters: str) -> None:
    assert column_letter(number) == letters
    assert column_number(letters) == number


def spoiled(folder: Path, name: str, old: str, new: str) -> int:
    """Copies a contract with one text changed; returns the line of the change."""
    text = (CONTRACTS_DIR / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('layout: "card"', 'layout: "cards"', "layout"),
        ('layout: "card"', 'layout: "card", colour: "red"', "colour"),
        ("physicalName: s5__by_grade", "physicalName: s5_by_grade", "physicalName"),
        ("name: to_army", "name: toArmy", "name"),
        ('periodType: "school_year"', 'periodType: "year"', "periodType"),
        ('validFrom: "2024-09-01"', 'validFrom: "1 September"', "validFrom"),
        ('rhythm: "annual_window"', 'rhythm: "annual_window", regions: [omsk]', "no region 'omsk'"),
        ('rhythm: "annual_window"', 'rhythm: "annual_window", regions: []', "regions"),
        ('rhythm: "annual_window"', 'rhythm: "annual_window", window: {opens: {month: 4}}', "window"),
        (
            'rhythm: "annual_window"',
            'rhythm: "annual_window", window: {opens: {month: 4, day: 1}, due: {month: 13, day: 1}}',
            "window.due.month",
        ),
        ('type: "text", role: "period"', 'type: "text", role: "period", codeList: "okato"', "codeList"),
        ('pattern: "^20\\\\d{2}-20\\\\d{2}$"', 'pattern: "^20("', "pattern"),
    ],
)
def test_a_wrong_contract_is_refused_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    line = spoiled(tmp_path, "s5_v1.yaml", old, new)
    with pytest.raises(ContractError) as caught:
        read_contracts(tmp_path)
    assert f"s5_v1.yaml, line {line}, " in str(caught.value)
    assert key in str(caught.value)


def test_what_only_the_standard_forbids_is_refused_too(tmp_path: Path) -> None:
    line = spoiled(tmp_path, "s5_v1.yaml", 'businessName: "Выпускников"', 'bussinessName: "Выпускников"')
    with pytest.raises(
        ContractError, match=r"s5_v1.yaml, line \d+, schema.1.properties.1.*bussinessName"
    ) as caught:
        check_contracts(tmp_path)
    # The standard names the object that holds the unknown key: it begins one line above.
    assert f"line {line - 1}," in str(caught.value)


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    spoiled(tmp_path, "s5_v1.yaml", "status: active", "status: active\nstatus: draft")
    with pytest.raises(ContractError, match="line 8: key 'status' is given twice"):
        read_contracts(tmp_path)


def test_two_versions_may_not_be_in_force_on_one_day(tmp_path: Path) -> None:
    spoiled(tmp_path, "s5_v1.yaml", "status: active", "status: active")
    second = (tmp_path / "s5_v1.yaml").read_text(encoding="utf-8").replace("version: 1.0.0", "version: 2.0.0")
    (tmp_path / "s5_v2.yaml").write_text(second.replace("2024-09-01", "2026-09-01"), encoding="utf-8")
    with pytest.raises(ContractError, match=r"version 1\.0\.0 must end"):
        read_contracts(tmp_path)
    first = (tmp_path / "s5_v1.yaml").read_text(encoding="utf-8")
    (tmp_path / "s5_v1.yaml").write_text(
        first.replace('validFrom: "2024-09-01"', 'validFrom: "2024-09-01", validTo: "2026-08-31"'),
        encoding="utf-8",
    )
    assert [c.version for c in read_contracts(tmp_path)] == ["1.0.0", "2.0.0"]
