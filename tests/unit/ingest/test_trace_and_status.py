"""From a value back to its cell, and the count of what came and what is missing."""

import json
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from territory import c1, ogrn, row, s1

from ingest.calendar.obligations import sync_obligations, today
from ingest.landing import LandingError
from ingest.pull import plan_pull, pull_shard
from ingest.sources.regions import KINDS
from ingest.sources.registry import load_registry
from ingest.status import status
from ingest.trace import TraceError, ValueAddress, submission_id, trace_origins, trace_values
from warehouse.connection import connect


@pytest.fixture
def pulled(territory):
    territory.register(row("school", 1), row("school", 2), row("employment_center", 3))
    load_registry("chelyabinsk")
    sync_obligations("chelyabinsk")
    territory.put(f"chelyabinsk/{ogrn(1)}/S1.xlsx", s1(1, vsoko_has_tools="нет данных"))
    territory.put(f"chelyabinsk/{ogrn(1)}/S1 v2.xlsx", s1(1), "2025-10-04T10:00:00+05:00")
    territory.put(f"chelyabinsk/{ogrn(3)}/C1.json", c1(3, fact=17))
    territory.put("chelyabinsk/nobody/C1.json", c1(3, fact=18))
    for kind in KINDS:
        for shard in plan_pull(kind, "chelyabinsk"):
            pull_shard(shard)
    return territory


def submission(name):
    with connect("owner") as connection:
        return connection.execute(
            "select submission_id from ledger.submission join ledger.receipt using (receipt_id)"
            " where source_uri = %s",
            [f"chelyabinsk/{name}"],
        ).fetchone()[0]


def test_a_value_leads_to_its_cell_and_is_read_there_again(pulled):
    passport = submission(f"{ogrn(1)}/S1.xlsx")
    centre = submission(f"{ogrn(3)}/C1.json")
    traces = trace_values(
        [
            ValueAddress(passport, "card", "profminimum_hours_actual", 0),
            ValueAddress(passport, "card", "profminimum_level"),
            ValueAddress(passport, "card", "vsoko_has_tools"),
            ValueAddress(passport, "card", "site_section_updated_on"),
            ValueAddress(passport, "by_grade", "students", 7),
            ValueAddress(centre, "card", "service_fact_cumulative"),
        ]
    )
    found = {t.field: (t.origin.file_name, t.sheet, t.cell, t.received, t.stored, t.agrees) for t in traces}
    assert found == {
        "profminimum_hours_actual": ("S1.xlsx", "Паспорт", "B15", "38", 38, True),
        "profminimum_level": ("S1.xlsx", "Паспорт", "B13", "базовый", "basic", True),
        "vsoko_has_tools": ("S1.xlsx", "Паспорт", "B18", "нет данных", None, True),
        "site_section_updated_on": (
            "S1.xlsx", "Паспорт", "B20", "01.09.2025", date(2025, 9, 1), True,
        ),
        "students": ("S1.xlsx", "Контингент", "B7", "10", 10, True),
        "service_fact_cumulative": ("C1.json", None, "data.service_fact_cumulative", "17", 17, True),
    }  # fmt: skip
    assert traces[0].origin.landed_at.is_file()


def test_all_rows_of_a_section_can_be_asked_for(pulled):
    passport = submission(f"{ogrn(1)}/S1.xlsx")
    cells = [t.cell for t in trace_values([ValueAddress(passport, "by_grade", "students")])]
    assert cells == ["B4", "B5", "B6", "B7", "B8", "B9", "B10"]


def test_a_value_that_was_changed_in_the_database_does_not_agree(pulled):
    centre = submission(f"{ogrn(3)}/C1.json")
    with connect("owner") as connection:
        connection.execute("update raw.c1__card set service_fact_cumulative = 99")
    (trace,) = trace_values([ValueAddress(centre, "card", "service_fact_cumulative")])
    assert (trace.value, trace.stored, trace.agrees) == (17, 99, False)


def test_what_may_not_or_cannot_be_traced_is_refused(pulled):
    passport = submission(f"{ogrn(1)}/S1.xlsx")
    with pytest.raises(TraceError, match="personal data"):
        trace_values([ValueAddress(passport, "card", "responsible_phone")])
    with pytest.raises(TraceError, match=r"S1 1\.0\.0 has no card\.nothing"):
        trace_values([ValueAddress(passport, "card", "nothing")])
    with pytest.raises(TraceError, match="no submission"):
        trace_origins([passport.__class__(int=0)])
    landed = trace_origins([passport])[0].landed_at
    landed.chmod(0o640)
    landed.write_bytes(b"something else")
    with pytest.raises(LandingError, match="damaged"):
        trace_values([ValueAddress(passport, "card", "has_order")])


def test_a_submission_is_found_by_the_beginning_of_its_id(pulled):
    ids = {str(submission(f"{ogrn(1)}/S1.xlsx")), str(submission(f"{ogrn(3)}/C1.json"))}
    for one in ids:
        assert str(submission_id(one.upper())) == one
        assert str(submission_id(one[:13])) == one
    with pytest.raises(TraceError, match=r"'' may be any of .*S1 .*write more of it"):
        submission_id("")
    for wrong in ("no such", "%"):
        with pytest.raises(TraceError, match="no submission that begins with"):
            submission_id(wrong)


def test_origins_say_who_sent_what_and_when(pulled):
    first, second = trace_origins([submission(f"{ogrn(1)}/S1 v2.xlsx"), submission(f"{ogrn(1)}/S1.xlsx")])
    assert (first.revision, first.file_name) == (1, "S1.xlsx")
    assert (second.revision, second.file_name) == (2, "S1 v2.xlsx")
    assert (first.ogrn, first.organisation, first.period_code) == (ogrn(1), "Организация 1", "2025-2026")


def test_the_status_counts_what_came_and_what_is_missing(pulled):
    with connect("owner") as connection:
        connection.execute(
            "insert into ledger.decision select submission_id, 'v1', 'rejected', 1, 0, now(), true"
            " from ledger.submission join ledger.receipt using (receipt_id) where file_name = 'S1.xlsx'"
        )
        connection.execute(
            "insert into ledger.decision select submission_id, 'v1', 'accepted', 0, 0, now(), true"
            " from ledger.submission join ledger.receipt using (receipt_id) where file_name = 'S1 v2.xlsx'"
        )
        connection.execute("update ledger.submission set state = 'decided' where form_code = 'S1'")
    found = status("chelyabinsk")
    forms = {form.form_code: form for form in found.forms}
    assert set(forms) >= {"C1", "S1", "S3", "S5"}
    passports = forms["S1"]
    assert (passports.received, passports.waiting, passports.accepted, passports.rejected) == (2, 0, 1, 1)
    # Two schools, two school years; one school answered for one of them.
    assert (passports.due, passports.submitted, passports.fulfilled) == (4, 1, 1)
    centres = forms["C1"]
    assert (centres.received, centres.waiting, centres.accepted) == (2, 2, 0)
    assert (centres.due, centres.submitted, centres.fulfilled) == (22, 1, 0)
    assert (forms["S3"].received, forms["S3"].due, forms["S3"].submitted) == (0, 16, 0)
    assert (found.organisations, found.receipts, found.strays) == (3, 4, 1)
    json.dumps(asdict(found), default=str)


@pytest.mark.parametrize(("days", "due"), [(-1, 4), (0, 0), (1, 0)])
def test_a_report_is_due_when_its_day_is_over(pulled, days: int, due: int) -> None:
    """On the last day on time nobody is late yet: two schools owe S1 of two school years."""
    with connect("owner") as connection:
        connection.execute(
            "update ledger.obligation set due_on = %s where region_code = 'chelyabinsk' and form_code = 'S1'",
            [today("chelyabinsk") + timedelta(days=days)],
        )
    forms = {form.form_code: form for form in status("chelyabinsk").forms}
    assert sum(form.due for code, form in forms.items() if code == "S1") == due
