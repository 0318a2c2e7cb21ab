"""Pupils' names and numbers are refused: no table of the database holds them."""

from __future__ import annotations

import pytest
from ledger_dump import dump
from territory import Territory, ogrn, row

from ingest.calendar.obligations import sync_obligations
from ingest.forms.filling import SheetEdits
from ingest.pull import plan_pull, pull_shard
from ingest.sources.registry import load_registry
from tests.bad_files.surgery import s3
from warehouse.connection import connect

EVENTS = "Мероприятия"
SECRETS = {
    "СНИЛС в названии.xlsx": (s3({"title": "Проба, участник 112-233-445 95"}), "112-233-445"),
    "имена вместо числа.xlsx": (s3({"participants_total": "Иванцов Пётр, Сидорова А."}), "Иванцов"),
    "столбец с ФИО.xlsx": (
        s3(edits={EVENTS: SheetEdits({"R3": "ФИО обучающихся", "R4": "Хорьков И., Петров П."})}),
        "Хорьков",
    ),
    "паспорт в примечании.xlsx": (
        s3(edits={EVENTS: SheetEdits({"T9": "паспорт 75 12 № 123456"})}),
        "123456",
    ),
}


@pytest.fixture
def region(territory: Territory) -> Territory:
    territory.register(*(row("school", serial) for serial in range(1, len(SECRETS) + 1)))
    load_registry("chelyabinsk")
    sync_obligations("chelyabinsk")
    return territory


def test_no_table_keeps_what_betrayed_a_pupil(region: Territory) -> None:
    for serial, (name, (content, _)) in enumerate(SECRETS.items(), start=1):
        region.put(f"chelyabinsk/{ogrn(serial)}/{name}", content, "2025-07-05T10:00:00+05:00")
    for shard in plan_pull("school", "chelyabinsk"):
        pull_shard(shard)
    with connect("owner") as connection:
        found = connection.execute(
            "select count(distinct submission_id) from ledger.finding"
            " where rule_id = 'READ.PERSONAL_DATA' and severity = 'critical' and received is null"
        ).fetchone()
    assert found == (len(SECRETS),)
    for table, rows in dump().items():
        for values in rows:
            told = " ".join(value for value in values if value is not None)
            assert not [secret for _, secret in SECRETS.values() if secret in told], table
