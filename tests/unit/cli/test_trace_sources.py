"""The map from indicators to fields, against the indicators there are and the contracts of the forms."""

from __future__ import annotations

import csv
from pathlib import Path

from orientir.trace import sources

SEED = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "indicators.csv"


def indicators() -> dict[str, set[str]]:
    """Code of each indicator to the forms that its definition names."""
    with SEED.open(encoding="utf-8", newline="") as file:
        return {row["indicator_code"]: set(row["source_forms"].split(";")) for row in csv.DictReader(file)}


def test_the_map_names_indicators_that_there_are() -> None:
    """An indicator that is not in the map is led to the files of its forms."""
    assert set(sources()) <= set(indicators())
    assert len(sources()) >= 30 + 6 + 7


def test_an_indicator_is_traced_to_the_forms_of_its_definition() -> None:
    defined = indicators()
    for code, parts in sources().items():
        named = {source.form for source in parts if source.form}
        assert named <= defined[code], code
        if not any(source.submissions for source in parts):
            assert named, code


def test_every_field_and_row_stands_in_the_contract_and_is_not_personal() -> None:
    from ingest.forms.catalogue import contract

    for code, parts in sources().items():
        for source in parts:
            if source.form is None or source.section is None:
                assert source.submissions, code
                continue
            section = contract(source.form).section(source.section)
            for name in source.fields:
                assert not section.field(name).personal, (code, name)
            for name, values in source.rows.items():
                known = set(section.rows) if name == "row_code" else set(section.field(name).codes.values())
                assert set(values) <= known, (code, name)
