"""S3 files without faults for the reading benchmark: as the demo draws them, and with many events each.

Every file is another one: a reader that remembers what a template repeats must not meet the same data twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.values import FormValues

FORM = "S3"
# All quarters that are reported by the form's newest version.
PERIODS = ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
KIND = "school"
SEED = 2026
# About 1,260 schools' files in four quarters.
SCALE = 1.45
RECEIVED_AT = datetime.fromisoformat("2026-07-15T12:00:00+05:00")


def write_files(registries: Path, inbox: Path) -> list[Path]:
    """Write the registries and the files of the demo's schools, ``<region>/<OGRN>/S3_<quarter>.xlsx``."""
    from demo.drafts import draft
    from demo.organisations import REGISTRY_DATE, write_registry
    from ingest.forms.catalogue import contract

    paths = []
    for region in _regions():
        write_registry(
            registries / region / f"organisations_{REGISTRY_DATE.isoformat()}.csv", SEED, region, SCALE
        )
    for region, folder, values in _drawn():
        path = inbox / region / folder / f"{FORM}_{values.period_code}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draft(contract(FORM), values).data("xlsx", "utf-8"))
        os.utime(path, (RECEIVED_AT.timestamp(),) * 2)
        paths.append(path)
    return paths


def write_large_files(folder: Path, files: int, events: int) -> list[Path]:
    """Write files of so many events each, taken in turn from what all schools did."""
    from demo.drafts import draft
    from ingest.forms.catalogue import contract

    drawn = list(islice(_drawn(), 2 * files))
    pool = cycle([event for _, _, values in drawn for event in values.rows("events")])
    paths = []
    for region, organisation, values in drawn[:files]:
        values.sections["events"] = list(islice(pool, events))
        path = folder / region / organisation / f"{FORM}_{values.period_code}_large.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draft(contract(FORM), values).data("xlsx", "utf-8"))
        paths.append(path)
    return paths


def _regions() -> tuple[str, ...]:
    from demo.facts import REGIONS

    return tuple(REGIONS)


def _drawn() -> Iterator[tuple[str, str, FormValues]]:
    from demo.organisations import organisations
    from demo.truth import truth

    for region in _regions():
        for organisation in organisations(SEED, region, SCALE):
            if organisation.kind == KIND:
                told = truth(SEED, organisation, SCALE)
                # A school that has been closed or opened in the year owes no report of some quarters.
                for period in PERIODS:
                    if (FORM, period) in told:
                        yield region, organisation.folder, told[(FORM, period)]
