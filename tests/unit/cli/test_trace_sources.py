"""The map from indicators to fields, against the indicators there are and the contracts of the forms."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orientir.figure_trace import Asked, NoSuchFigureError, choose
from publish.origins.indicators import sources
from publish.release_figures import Figure

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


def test_a_released_figure_is_named_by_its_place_or_its_mart() -> None:
    key = (("indicator_code", "3.1"), ("municipality_code", "75701000"), ("school_year", "2025-2026"))
    other = (("indicator_code", "4.2"), *key[1:])
    mart = "public_marts.indicator_municipality_public"
    figures = [
        Figure(mart, "value", key, "61.3", "data/x.csv, строка 1, столбец value"),
        Figure(mart, "value", other, "1.5", "data/x.csv, строка 2, столбец value"),
    ]
    assert choose(figures, Asked(place="data/x.csv, строка 2, столбец value")).value == "1.5"
    asked = Asked(mart="indicator_municipality", unit="75701000", where={"indicator_code": "3.1"})
    assert choose(figures, asked).value == "61.3"
    with pytest.raises(NoSuchFigureError, match=r"2 figures .*indicator_code=4\.2"):
        choose(figures, Asked(mart=mart, period="2025-2026"))
    with pytest.raises(NoSuchFigureError, match="no such figure"):
        choose(figures, Asked(mart=mart, unit="75702000"))


def test_a_figure_of_a_document_is_named_as_a_reader_would() -> None:
    def printed(place: str, text: str, grade: str) -> Figure:
        key = (("grade", grade), ("school_year", "2025-2026"))
        return Figure("marts.fct_intention", place[-1], key, text, place, text=text)

    figures = [
        printed("Раздел 6.1, абзац 2, число 1", "109", "9"),
        printed("Раздел 6.1, абзац 2, число 2", "7\u00a0619", "9"),
        printed("Раздел 6.1, абзац 2, число 3", "5,3\u00a0%", "9"),
        printed("Раздел 6.1, абзац 20, число 1", "5,3\u00a0%", "11"),
        printed("Рисунок 4, 9 класс, 2025/26, вуз", "0,0\u00a0%", "9"),
    ]
    exact = choose(figures, Asked(place="раздел 6.1, абзац  2, число 2."))
    assert exact.text == "7\u00a0619"
    assert choose(figures, Asked(place="Раздел 6.1, абзац 2, 7 619")) is exact
    assert choose(figures, Asked(place="Рисунок 4, 9 класс")).text == "0,0\u00a0%"
    with pytest.raises(NoSuchFigureError, match=r"3 figures .*«Раздел 6\.1, абзац 2, число 3»: 5,3"):
        choose(figures, Asked(place="Раздел 6.1, абзац 2"))
    with pytest.raises(NoSuchFigureError, match="no such figure"):
        choose(figures, Asked(place="Раздел 6.1, абзац 3"))
