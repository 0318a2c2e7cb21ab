"""Registration numbers of the demo pass every check and can belong to nobody."""

import pytest
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from demo.identity import inn, ogrn
from demo.organisations import organisations


@pytest.fixture(scope="module")
def everybody() -> list:
    return [org for region in ("chelyabinsk", "tyumen") for org in organisations(2026, region, 1.0)]


def test_check_digits_are_right(everybody: list) -> None:
    assert all(stdnum_ogrn.is_valid(org.ogrn) and stdnum_inn.is_valid(org.inn) for org in everybody)


def test_year_and_tax_authority_do_not_exist(everybody: list) -> None:
    assert {org.ogrn[:3] for org in everybody} == {"199"}
    assert {org.inn[:2] for org in everybody} == {"00"}


def test_numbers_are_unique_and_fit_the_forms(everybody: list) -> None:
    assert (
        len({org.ogrn for org in everybody}) == len({org.inn for org in everybody}) == len(everybody) == 314
    )
    assert all(len(org.ogrn) == 13 and org.ogrn.isdigit() and len(org.inn) == 10 for org in everybody)


def test_numbers_by_hand() -> None:
    # 199741000001 mod 11 = 4; 2·0+4·0+10·7+3·4+5·0+9·0+4·0+6·0+8·1 = 90, 90 mod 11 = 2
    assert ogrn("chelyabinsk", "school", 1) == "1997410000014"
    assert inn("chelyabinsk", "school", 1) == "0074000012"


def test_serial_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        ogrn("tyumen", "school", 1_000_000)


def test_numbers_of_organisations_by_kind_and_place(everybody: list) -> None:
    def number(region: str, kind: str) -> int:
        return sum(org.region_code == region and org.kind == kind for org in everybody)

    kinds = ("school", "employment_center", "spo_college")
    assert [number("chelyabinsk", kind) for kind in kinds] == [120, 4, 12]
    assert [number("tyumen", kind) for kind in kinds] == [100, 26, 10]
    schools = [org for org in everybody if org.kind == "school"]
    assert sum(org.oktmo == "75701000" for org in schools) == 72
    assert len({org.territory_oktmo for org in schools if org.oktmo == "75701000"}) == 7
    assert len({org.oktmo for org in schools if org.region_code == "tyumen"}) == 26
    assert 10 < sum(not org.has_grade_10_11 for org in schools) < 60
