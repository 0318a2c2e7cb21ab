"""Puts the submissions of the cases into the ledger and the raw tables, as reading their files would."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID, uuid5

from psycopg import Connection, sql
from rule_cases import FIRST_ROW, Case

from ingest.forms.contract import FormContract, Section

NAMES = UUID("0c6a5d0e-9b7e-4f6f-8269-656e74697200")
REGISTRY = "0" * 64


def with_check_digit(first_twelve: int) -> str:
    """ОГРН from its first twelve digits."""
    return f"{first_twelve}{first_twelve % 11 % 10}"


# A school of the registry without grades 10-11, and one with them, for the colleges' trials.
SCHOOLS = (
    (with_check_digit(109_980_000_001), {"has_grade_10_11": False}),
    (with_check_digit(109_980_000_002), {"has_grade_10_11": True}),
)


def case_ogrn(number: int) -> str:
    """The sender of case ``number``; ОГРН of a kind that the registry of legal entities has not given out."""
    return with_check_digit(109_990_000_000 + number)


def submission_of(case: Case) -> UUID:
    """The submission that a case becomes."""
    return uuid5(NAMES, f"{case.rule_id}|{case.number}")


def load(connection: Connection, contract: FormContract, listed: tuple[Case, ...]) -> None:
    """Insert organisations, receipts, submissions, cell maps and raw rows of the cases."""
    connection.execute(
        "insert into ledger.region values ('chelyabinsk', 'Челябинск', 'Asia/Yekaterinburg'),"
        " ('tyumen', 'Тюменская область', 'Asia/Yekaterinburg') on conflict do nothing"
    )
    connection.execute(
        "insert into ledger.registry_version values (%s, 'chelyabinsk', 'registry.csv', now())"
        " on conflict do nothing",
        [REGISTRY],
    )
    for case in listed:
        _submission(connection, contract, case)
    for section in contract.sections:
        _rows(connection, section, listed)


def register(connection: Connection, ogrn: str, region: str, sender: dict[str, object]) -> None:
    """An organisation of the registry."""
    connection.execute(
        "insert into ledger.organisation (ogrn, region_code, kind, inn, name_full, name_short, oktmo,"
        " territory_oktmo, is_urban, has_grade_10_11, folder, valid_from, registry_sha256)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, true, %s, %s, '2020-01-01', %s) on conflict do nothing",
        [
            ogrn, region, sender["kind"], sender["inn"], "Организация", "Организация", sender["oktmo"],
            sender.get("territory_oktmo", sender["oktmo"]), sender["has_grade_10_11"], ogrn, REGISTRY,
        ],
    )  # fmt: skip


def _submission(connection: Connection, contract: FormContract, case: Case) -> None:
    ogrn, submission = case_ogrn(case.number), submission_of(case)
    register(connection, ogrn, case.region, case.sender)
    content = uuid5(submission, "content").hex * 2
    received = datetime.fromisoformat(case.received)
    receipt = uuid5(submission, "receipt")
    connection.execute("insert into ledger.blob values (%s, 1, %s)", [content, received])
    connection.execute(
        "insert into ledger.receipt values (%s, %s, 'folder', %s, 'form', %s, %s, %s, %s)",
        [receipt, case.region, f"{ogrn}/{case.name}", ogrn, content, received, received],
    )
    connection.execute(
        "insert into ledger.submission (submission_id, receipt_id, region_code, ogrn, form_code,"
        " form_version, period_code, sha256, received_at, state)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'read')",
        [
            submission, receipt, case.region, ogrn, contract.code, contract.version, case.period, content,
            received,
        ],
    )  # fmt: skip
    for section in contract.sections:
        if section.layout == "card":
            fields = {f.name: f"B{FIRST_ROW + place}" for place, f in enumerate(section.fields)}
        else:
            fields = {f.name: chr(65 + place) for place, f in enumerate(section.fields)}
        connection.execute(
            "insert into ledger.cell_map values (%s, %s, %s, %s, %s, %s)",
            [submission, section.name, section.layout, section.title, FIRST_ROW, json.dumps(fields)],
        )


def _rows(connection: Connection, section: Section, listed: tuple[Case, ...]) -> None:
    names = [field.name for field in section.raw_fields]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("raw", section.table),
        sql.SQL(", ").join(map(sql.Identifier, ["submission_id", "row_no", *names, "notes"])),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for case in listed:
            for place, row in enumerate(case.sections.get(section.name, [])):
                values = dict(row)
                if section.layout == "card":
                    values.setdefault("ogrn", case_ogrn(case.number))
                    values.setdefault("inn", case.sender["inn"])
                unknown = set(values) - set(names)
                assert not unknown, f"{case.name}: section {section.name} has no field {unknown}"
                noted = (
                    {name: note for name, note in case.notes.items() if name in names} if place == 0 else {}
                )
                copy.write_row(
                    (
                        submission_of(case),
                        0 if section.layout == "card" else FIRST_ROW + place,
                        *(values.get(name) for name in names),
                        json.dumps(noted, ensure_ascii=False) if noted else None,
                    )
                )
