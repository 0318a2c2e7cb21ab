"""``prefilledFrom``: a field known from another form, and what a contract may not say there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.forms.catalogue import CONTRACTS_DIR, all_contracts, check_contracts, read_contracts
from ingest.forms.contract import PrefilledFrom
from ingest.forms.contract_file import ContractError

# The field of S5 that these tests mark: graduates of grades 9 and 11, a matrix with rows 9 and 11.
PLAIN = 'businessName: "Выпускников"'
SAME_ROW = "{form: S1, section: by_grade, field: students}"
ADDED_UP = '{form: S1, section: by_grade, field: students, rows: ["10", "11"]}'


def marked(folder: Path, known: str, after: str = PLAIN) -> int:
    """Writes S1 and an S5 whose field after that text is prefilled; returns the line of the mark."""
    (folder / "s1_v1.yaml").write_bytes((CONTRACTS_DIR / "s1_v1.yaml").read_bytes())
    (folder / "c1_v1.yaml").write_bytes((CONTRACTS_DIR / "c1_v1.yaml").read_bytes())
    text = (CONTRACTS_DIR / "s5_v1.yaml").read_text(encoding="utf-8")
    at = text.index("orientir, value: {", text.index(after)) + len("orientir, value: {")
    (folder / "s5_v1.yaml").write_text(f"{text[:at]}prefilledFrom: {known}, {text[at:]}", encoding="utf-8")
    return text[:at].count("\n") + 1


@pytest.mark.parametrize(
    ("known", "rows"), [(SAME_ROW, ()), (ADDED_UP, ("10", "11"))], ids=["same row", "sum of rows"]
)
def test_a_field_says_where_it_is_known_from(tmp_path: Path, known: str, rows: tuple[str, ...]) -> None:
    marked(tmp_path, known)
    s5 = next(c for c in read_contracts(tmp_path) if c.code == "S5")
    field = s5.section("by_grade").field("graduates")
    assert field.prefilled_from == PrefilledFrom("S1", "by_grade", "students", rows)
    assert field.prefilled_from.address == "S1.by_grade.students"
    check_contracts(tmp_path)


@pytest.mark.parametrize(
    ("known", "key", "says"),
    [
        ("S1", "prefilledFrom", "must be a mapping"),
        ("{form: S1, section: by_grade}", "field", "non-empty text"),
        ("{form: S1, section: by_grade, field: students, row: 9}", "row", "unknown key"),
        ("{form: S1, section: by_grade, field: students, rows: 9}", "rows", "list of row codes"),
        ("{form: S99, section: by_grade, field: students}", "form", "there is no form 'S99'"),
        ("{form: S5, section: by_grade, field: surveyed}", "form", "from itself"),
        ("{form: C1, section: card, field: service_plan_year}", "form", "sent by employment_center"),
        ("{form: S1, section: grades, field: students}", "section", "it has card, by_grade"),
        ("{form: S1, section: by_grade, field: pupils}", "field", "has no field 'pupils'"),
        ("{form: S1, section: by_grade, field: students, rows: ['12']}", "rows", "has no row '12'"),
        ("{form: S1, section: card, field: responsible_count, rows: ['9']}", "rows", "is a card"),
        ("{form: S1, section: card, field: responsible_phone}", "field", "personal"),
        ("{form: S1, section: card, field: has_order}", "field", "is boolean"),
    ],
)
def test_what_no_form_holds_is_refused_with_file_line_and_key(
    tmp_path: Path, known: str, key: str, says: str
) -> None:
    line = marked(tmp_path, known)
    with pytest.raises(ContractError) as refusal:
        read_contracts(tmp_path)
    assert str(refusal.value).startswith(f"s5_v1.yaml, line {line}, ")
    assert f"{key}: " in str(refusal.value) and says in str(refusal.value)


def test_requisites_are_not_prefilled_from_a_form(tmp_path: Path) -> None:
    marked(tmp_path, SAME_ROW, after="name: period")
    with pytest.raises(ContractError, match="requisites, personal data and totals"):
        read_contracts(tmp_path)


def test_a_card_names_the_rows_it_adds_up(tmp_path: Path) -> None:
    marked(tmp_path, SAME_ROW, after="name: inn")
    with pytest.raises(ContractError, match="name the rows of s1__by_grade"):
        read_contracts(tmp_path)


def test_whatever_a_shipped_form_is_prefilled_from_comes_before_it() -> None:
    """No ring of forms that wait for each other."""
    known_from = {
        c.code: {f.prefilled_from.form for s in c.sections for f in s.fields if f.prefilled_from is not None}
        for c in all_contracts()
    }
    for code in known_from:
        seen, open_forms = set(), {code}
        while open_forms:
            open_forms = {source for form in open_forms for source in known_from[form]} - seen
            assert code not in open_forms, f"{code} waits for itself"
            seen |= open_forms
