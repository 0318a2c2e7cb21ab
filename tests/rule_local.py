"""Checks the cases as an organisation checks a file before sending it: without the warehouse."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from rule_cases import FIRST_ROW, Case, cases
from rule_submissions import SCHOOLS, case_ogrn, submission_of

from expectations.local_run import local_findings
from expectations.local_store import LocalSubmission
from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import Field, FormContract, Section
from ingest.readers.findings import FindingRecord
from ingest.readers.result import CellMap, SectionRows
from ingest.sources.regions import region
from ingest.sources.registry import Organisation


def organisation(ogrn: str, region_code: str, sender: dict[str, Any]) -> Organisation:
    return Organisation(
        ogrn=ogrn, region_code=region_code, kind=sender["kind"], inn=sender["inn"],
        name_full="Организация", name_short="Организация", oktmo=sender["oktmo"],
        territory_oktmo=sender.get("territory_oktmo", sender["oktmo"]), is_urban=True,
        has_grade_10_11=sender["has_grade_10_11"], folder=ogrn, valid_from=date(2020, 1, 1), valid_to=None,
        registry_sha256="",
    )  # fmt: skip


def typed(field: Field, value: Any) -> Any:
    """A value of a case as the reader gives it."""
    if value is None or not isinstance(value, (str, int, float)):
        return value
    if field.type == "date":
        return date.fromisoformat(str(value))
    if field.physical_type == "numeric":
        return Decimal(str(value))
    return value


def rows(section: Section, case: Case) -> SectionRows:
    read = SectionRows()
    for place, row in enumerate(case.sections.get(section.name, [])):
        values = dict(row)
        if section.layout == "card":
            values.setdefault("ogrn", case_ogrn(case.number))
            values.setdefault("inn", case.sender["inn"])
        names = {field.name for field in section.raw_fields}
        noted = {name: note for name, note in case.notes.items() if name in names} if place == 0 else {}
        read.rows.append(
            (
                0 if section.layout == "card" else FIRST_ROW + place,
                *(typed(field, values.get(field.name)) for field in section.raw_fields),
                json.dumps(noted, ensure_ascii=False) if noted else None,
            )
        )
    return read


def maps(contract: FormContract) -> list[CellMap]:
    made = []
    for section in contract.sections:
        if section.layout == "card":
            fields = {f.name: f"B{FIRST_ROW + place}" for place, f in enumerate(section.fields)}
        else:
            fields = {f.name: chr(65 + place) for place, f in enumerate(section.fields)}
        made.append(CellMap(section.name, section.layout, section.title, FIRST_ROW, fields))
    return made


def found_locally(form_code: str) -> dict[UUID, list[FindingRecord]]:
    contract = load_contracts()[form_code]
    listed = cases(form_code)
    registered = {case_ogrn(c.number): organisation(case_ogrn(c.number), c.region, c.sender) for c in listed}
    for ogrn, sender in SCHOOLS:
        entry = {"kind": "school", "inn": "7400000015", "oktmo": "75701000", **sender}
        registered[ogrn] = organisation(ogrn, "chelyabinsk", entry)
    submissions = [
        LocalSubmission(
            submission_id=submission_of(case),
            region_code=case.region,
            sender_ogrn=case_ogrn(case.number),
            period_code=case.period,
            received_on=datetime.fromisoformat(case.received).astimezone(region(case.region).zone).date(),
            sections={section.name: rows(section, case) for section in contract.sections},
            cell_maps=maps(contract),
        )
        for case in listed
    ]
    return local_findings(contract, submissions, registered)
