"""Which figures differ between two releases, and because of which reports."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from orientir.commands.release import _sides
from publish.release_diff import changed_figures, changed_submissions
from publish.release_figures import Printed, by_address, feeds, figures_of, unit_of
from publish.release_register import CountingSubmission, ReleaseRecord
from publish.versions import Versions

SOURCES = {"3.1": frozenset({"S1"}), "4.2": frozenset({"S3"})}


def report(ogrn: str, form: str, revision: int, municipality: str = "m1") -> CountingSubmission:
    number = int(ogrn) * 100 + revision * 10 + int(form[1:])
    return CountingSubmission(
        UUID(int=number), ogrn, f"Школа {ogrn}", municipality, form, "2025-2026", revision,
        datetime(2026, 1, revision, tzinfo=UTC), f"{number:064x}",
    )  # fmt: skip


BEFORE = [report("1", "S1", 1), report("1", "S3", 1), report("2", "S1", 1), report("3", "S1", 1, "m2")]
# The first school corrects S1, the second withdraws nothing, the third's is gone, a fourth has come.
AFTER = [report("1", "S1", 2), report("1", "S3", 1), report("2", "S1", 1), report("4", "S1", 1, "m2")]


def address(indicator: str, unit_type: str, unit: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    key = {"indicator_code": indicator, "unit_type": unit_type, "unit_code": unit}
    return ("marts.fct_indicator_value", "value", tuple(sorted(key.items())))


def printed(value: str | None, *places: str) -> Printed:
    return Printed(value, places or ("Таблица 3, строка 2, столбец 4",))


def test_reports_are_added_replaced_and_removed() -> None:
    changed = changed_submissions(BEFORE, AFTER)
    assert [(one.ogrn, one.form_code, one.change) for one in changed] == [
        ("1", "S1", "replaced"),
        ("3", "S1", "removed"),
        ("4", "S1", "added"),
    ]
    assert changed[0].before and changed[0].after
    assert (changed[0].before.revision, changed[0].after.revision) == (1, 2)
    assert changed_submissions(BEFORE, BEFORE) == ()


def test_a_figure_names_the_changed_reports_of_its_unit_that_feed_it() -> None:
    before = {
        address("3.1", "municipality", "m1"): printed("61.25"),
        address("4.2", "municipality", "m1"): printed("1.5"),
        address("3.1", "municipality", "m2"): printed("70"),
        address("3.1", "region", "tyumen"): printed("64"),
    }
    after = {
        address("3.1", "municipality", "m1"): printed("62.5"),
        address("4.2", "municipality", "m1"): printed("1.5"),
        address("3.1", "municipality", "m2"): printed(None),
        address("3.1", "region", "tyumen"): printed("65"),
    }
    figures = changed_figures(before, after, changed_submissions(BEFORE, AFTER), SOURCES)
    assert [(f.unit_code, f.before, f.after, [s.ogrn for s in f.because_of]) for f in figures] == [
        ("m1", "61.25", "62.5", ["1"]),
        ("m2", "70", None, ["3", "4"]),
        ("tyumen", "64", "65", ["1", "3", "4"]),
    ]


def test_a_figure_that_only_one_release_has_differs_even_when_it_is_absent_there() -> None:
    new = address("4.2", "organisation", "1")
    (figure,) = changed_figures({}, {new: printed(None)}, changed_submissions(BEFORE, AFTER), SOURCES)
    # The first school corrected S1, and 4.2 is made from S3.
    assert (figure.before, figure.after, figure.because_of) == (None, None, ())


def test_a_unit_that_leaves_a_list_of_the_worst_has_lost_no_figure() -> None:
    absent, left, entered = (address("3.1", "municipality", unit) for unit in ("m1", "m2", "m3"))
    table = "Таблица 5, строка 1, столбец 2"
    worst = (table, "Таблица 5, строка 1, столбец 3", "Раздел 6.1, абзац 2, число 2")
    figures = changed_figures(
        {absent: printed("61"), left: printed("55", *worst)},
        {absent: printed(None), entered: printed("54", table)},
        (),
        SOURCES,
    )
    assert [(f.unit_code, f.change, f.before, f.after, f.entered, f.left) for f in figures] == [
        ("m1", "changed", "61", None, (), ()),
        ("m2", "left", "55", None, (), ("Таблица 5", "Раздел 6.1")),
        ("m3", "entered", None, "54", ("Таблица 5",), ()),
    ]
    assert [_sides(figure) for figure in figures] == [
        "61 -> none",
        "55 -> not in Таблица 5, Раздел 6.1 any more",
        "not in Таблица 5 before -> 54",
    ]


def test_a_key_names_its_unit() -> None:
    assert unit_of({"unit_type": "school", "unit_code": "7"}) == ("school", "7")
    assert unit_of({"ogrn": "1", "municipality_code": "m"}) == ("organisation", "1")
    assert unit_of({"municipality_code": "m", "region_code": "r"}) == ("municipality", "m")
    assert unit_of({"region_code": "r", "school_year": "2025-2026"}) == ("region", "r")


def test_a_report_feeds_the_figures_of_its_form_unit_and_school_year() -> None:
    own = report("1", "S1", 1)

    def fed(mart: str, column: str, **key: str) -> bool:
        return feeds(own, (mart, column, tuple(sorted(key.items()))), "tyumen", SOURCES)

    year = {"school_year": "2025-2026"}
    assert fed("marts.fct_indicator_value", "value", indicator_code="3.1", unit_code="m1", **year)
    assert fed(
        "marts.fct_indicator_value",
        "value",
        indicator_code="3.1",
        unit_code="m1",
        school_year="2026-2027 − 2025-2026",
    )
    assert not fed("marts.fct_indicator_value", "value", indicator_code="4.2", unit_code="m1", **year)
    assert not fed("marts.fct_indicator_value", "value", indicator_code="3.1", unit_code="m2", **year)
    # A rating compares with the year before; a table of another form and a dictionary tell nothing of it.
    later = {"school_year": "2026-2027", "municipality_code": "m1"}
    assert fed("marts.rating_municipality", "previous_rank", **later)
    assert not fed("marts.rating_municipality", "score", **later)
    assert not fed("public_marts.state_service_public", "recipients", region_code="tyumen")
    assert not fed("public_marts.indicator_dictionary_public", "sort_no", indicator_code="none")
    # Discipline counts reports of every form, each in its own row.
    row = {"municipality_code": "m1", "period_code": "2025-2026"}
    assert fed("public_marts.reporting_discipline_public", "submitted", form_code="S1", **row)
    assert not fed("public_marts.reporting_discipline_public", "submitted", form_code="S3", **row)


RECORD = ReleaseRecord(
    "extract/tyumen/2026-Q2/0", "extract", "tyumen", "2026-Q2", datetime(2026, 7, 20, tzinfo=UTC),
    "released", "released", None, "0", "", datetime(2026, 7, 20, tzinfo=UTC),
    Versions(None, None, None, None), None, None,
)  # fmt: skip


def test_figures_are_read_by_mart_column_and_key(tmp_path: Path) -> None:
    rows = [
        {"place": "1", "text": "5", "value": "5", "mart": "m", "column": "c", "key": {"b": "2", "a": "1"}},
        {"place": "2", "text": "—", "value": None, "mart": "m", "column": "d", "key": {"a": "1"}},
        {"place": "3", "text": "5", "value": "5", "mart": "m", "column": "c", "key": {"b": "2", "a": "1"}},
    ]
    (tmp_path / "numbers.json").write_text(json.dumps(rows), encoding="utf-8")
    figures = figures_of(dataclasses.replace(RECORD, path=str(tmp_path)))
    assert figures is not None
    assert by_address(figures) == {
        ("m", "c", (("a", "1"), ("b", "2"))): Printed("5", ("1", "3")),
        ("m", "d", (("a", "1"),)): Printed(None, ("2",)),
    }


def test_cells_of_an_extract_are_figures_of_its_rows(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "state_service.csv").write_text(
        "region_code,period_code,recipients,note\r\ntyumen,2026-04,17,\r\ntyumen,2026-05,,x\r\n",
        encoding="utf-8",
    )
    types = {"region_code": "string", "period_code": "string", "recipients": "integer", "note": "string"}
    fields = [{"name": name, "type": type_name} for name, type_name in types.items()]
    resource = {
        "path": "data/state_service.csv",
        "schema": {"fields": fields, "primaryKey": ["region_code", "period_code"]},
    }
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}), encoding="utf-8")
    figures = figures_of(dataclasses.replace(RECORD, path=str(tmp_path))) or []
    mart = "public_marts.state_service_public"
    april, may = ((("period_code", f"2026-0{n}"), ("region_code", "tyumen")) for n in (4, 5))
    assert {address: printed.value for address, printed in by_address(figures).items()} == {
        (mart, "recipients", april): "17", (mart, "note", april): None,
        (mart, "recipients", may): None, (mart, "note", may): "x",
    }  # fmt: skip
    assert figures[0].place == "data/state_service.csv, строка 1, столбец recipients"
    assert [figure.is_number for figure in figures] == [True, False, True, False]
    assert figures[0].unit == ("region", "tyumen")
