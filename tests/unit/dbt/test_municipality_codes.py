"""Any code that a municipality has had finds it; its key in the marts is the one of 2019."""

from __future__ import annotations

import pytest

from orientir.municipality_codes import unit_key
from tests.unit.dbt.conftest import BuiltProject


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("71503000", "71603000"),
        ("71603000", "71603000"),
        ("75503000", "75603000"),
        ("75654000", "75654000"),
        # seven districts of the city bear its code since they are no municipalities any more
        ("75701000", "75701000"),
        ("75701310", "75701310"),
        ("tyumen", "tyumen"),
        ("1997210000011", "1997210000011"),
        ("00000000", "00000000"),
    ],
)
def test_a_code_of_any_time_finds_its_municipality(project: BuiltProject, code: str, key: str) -> None:
    from warehouse.connection import connect

    with connect("auditor") as connection:
        assert unit_key(connection, code) == key


def test_every_code_of_every_version_finds_its_municipality(project: BuiltProject) -> None:
    from warehouse.connection import connect

    with connect("auditor") as connection:
        versions = connection.execute(
            "select oktmo, municipality_code from marts.dim_municipality"
            " where oktmo is not null and is_municipality"
        ).fetchall()
        lost = [(code, key) for code, key in versions if unit_key(connection, code) != key]
    assert len(versions) > 100
    assert lost == []
