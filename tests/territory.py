"""A region in a temporary folder: registry, inbox, landing store; the database of the session, emptied."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from warehouse.settings import Settings, get_settings

REGISTRY_HEADER = (
    "ogrn,inn,kind,name_full,name_short,oktmo,territory_oktmo,"
    "is_urban,has_grade_10_11,folder,valid_from,valid_to"
)


def ogrn(serial: int) -> str:
    """OGRN number ``serial`` with its check digit. It belongs to nobody: no region has the code 00."""
    body = 125_0000_00000 + serial
    return f"{body}{body % 11 % 10}"


def inn(serial: int) -> str:
    """The ten digits of INN number ``serial`` with its check digit."""
    body = f"{740000000 + serial:09d}"
    weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
    return f"{body}{sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11 % 10}"


@dataclass(frozen=True)
class Territory:
    """The places of a test and the ways to fill them."""

    inbox: Path
    registry: Path
    landing: Path

    def register(self, *rows: str, region: str = "chelyabinsk", version: str = "2024-08-01") -> Path:
        folder = self.registry / region
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"organisations_{version}.csv"
        path.write_text("\n".join([REGISTRY_HEADER, *rows]) + "\n", encoding="utf-8")
        return path

    def put(self, address: str, content: bytes, received: str = "2025-10-03T10:00:00+05:00") -> Path:
        path = self.inbox / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        moment = datetime.fromisoformat(received).timestamp()
        os.utime(path, (moment, moment))
        return path

    def empty_landing(self) -> None:
        shutil.rmtree(self.landing)
        self.landing.mkdir()


def row(
    kind: str, serial: int, folder: str | None = None, valid_from: str = "2020-01-01", valid_to: str = ""
) -> str:
    """A line of the registry for an organisation made from its serial number."""
    number = ogrn(serial)
    name = f"Организация {serial}"
    return (
        f"{number},{inn(serial)},{kind},{name},{name},75701000,75701310,true,true,"
        f"{folder or number},{valid_from},{valid_to}"
    )


def c1(serial: int, period: str = "2025-09", fact: int = 10, **changed: object) -> bytes:
    """A filled form C1 as an employment centre sends it."""
    data: dict[str, object] = {
        "ogrn": ogrn(serial),
        "inn": inn(serial),
        "organisation_name": f"Организация {serial}",
        "period": period,
        "service_plan_year": 100,
        "service_fact_cumulative": fact,
        "service_age_14_17": 5,
        "service_disabled": 1,
        "service_individual": 4,
        "service_group": 6,
    } | changed
    document = {"form": "C1", "version": "1.0.0", "data": data}
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.fixture
def territory(clean_db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Territory]:
    """An empty inbox, registry and landing store; the ledger is empty too."""
    made = Territory(tmp_path / "inbox", tmp_path / "registry", tmp_path / "landing")
    for name in ("inbox", "registry", "landing"):
        folder: Path = getattr(made, name)
        folder.mkdir()
        monkeypatch.setenv(f"ORIENTIR_{name.upper()}_DIR", str(folder))
    get_settings.cache_clear()
    yield made
    monkeypatch.undo()
    get_settings.cache_clear()


def s1(serial: int, period: str = "2025-2026", **changed: object) -> bytes:
    """A filled form S1 as a school sends it, with a responsible person's name and phone."""
    import io

    from ingest.forms.catalogue import load_contracts
    from ingest.forms.template import write_workbook

    card = {
        "ogrn": ogrn(serial),
        "inn": inn(serial),
        "organisation_name": f"Организация {serial}",
        "period": period,
        "oktmo": "75701000",
        "responsible_count": 1,
        "has_order": True,
        "responsible_full_name": "Иванова Мария Петровна",
        "responsible_phone": "+7 351 000-00-00",
        "profminimum_level": "basic",
        "profminimum_hours_plan": 40,
        "profminimum_hours_actual": 38,
        "vsoko_has_criteria": True,
        "vsoko_has_indicators": False,
        "vsoko_has_tools": True,
        "site_section_url": "https://school.example/profi",
        "site_section_updated_on": date(2025, 9, 1),
        "site_checklist_count": 9,
    } | changed
    contract = load_contracts()["S1"]
    section = contract.section("by_grade")
    grade = {field.name: 10 for field in section.fields if field.role != "row"}
    buffer = io.BytesIO()
    write_workbook(
        contract,
        buffer,
        {"card": card, "by_grade": {code: grade for code in section.rows if code != "total"}},
    )
    return buffer.getvalue()
