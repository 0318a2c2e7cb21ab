"""Which fields of a form serve which measure of a road map: the contract's key ``measures``.

A measure without a field is not measured, so a contract names the fields, and a name that does not exist is
refused where it stands. ``orientir form generate`` collects the entries of all forms in the seed
``measure_fields.csv``, with which dbt checks that every measure of the road maps is reported or says why not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ingest.forms.contract import FormContract, Section
from ingest.forms.contract_file import ContractFile, Key
from warehouse.settings import PROJECT_DIR

SEEDS = Path("dbt_project/seeds")
ROADMAP = PROJECT_DIR / SEEDS / "roadmap_measures.csv"
MEASURE_FIELDS = SEEDS / "measure_fields.csv"
_COLUMNS = ("measure_code", "form_code", "section", "field")


@cache
def reportable_measures() -> frozenset[str]:
    """Codes of the measures of both road maps, without the headings, which only group measures."""
    with ROADMAP.open(encoding="utf-8", newline="") as file:
        return frozenset(row["measure_code"] for row in csv.DictReader(file) if row["is_header"] == "false")


def served_measures(
    source: ContractFile, extra: dict[str, Any], at: tuple[Key, ...], sections: Sequence[Section]
) -> dict[str, tuple[str, ...]]:
    """The ``measures`` of a contract: measure code -> ``section.field``, in the order written.

    Raises :class:`~ingest.forms.contract_file.ContractError` with file, line and key for a measure that no
    road map has, a measure without fields, and a field that the form has not.
    """
    where = (*at, "measures")
    measures = extra.get("measures")
    if measures is None:
        return {}
    if not isinstance(measures, dict):
        raise source.error(where, "must map each measure code to the fields that serve it: section.field")
    fields = {f"{section.name}.{field.name}" for section in sections for field in section.fields}
    served = {}
    for code, names in measures.items():
        key = (*where, str(code))
        if str(code) not in reportable_measures():
            raise source.error(key, f"no road map has the measure {code!r} (see {ROADMAP.name})")
        if not isinstance(names, list) or not names:
            raise source.error(key, "must be a non-empty list of section.field")
        for i, name in enumerate(names):
            if name not in fields:
                raise source.error((*key, i), f"the form has no field {name!r}; write section.field")
            if name in names[:i]:
                raise source.error((*key, i), f"field {name!r} is given twice")
        served[str(code)] = tuple(names)
    return served


def measure_fields(contracts: Iterable[FormContract]) -> str:
    """The content of the seed: one line per measure, form and field, sorted by all of them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(sorted(_rows(contracts)))
    return buffer.getvalue()


def write_measure_fields(project: Path, contracts: Mapping[str, FormContract]) -> list[Path]:
    """Writes the seed under a project's folder if it differs; returns what was written."""
    if not measure_fields_drifted(project, contracts):
        return []
    path = project / MEASURE_FIELDS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(measure_fields(contracts.values()), encoding="utf-8", newline="\n")
    return [path]


def measure_fields_drifted(project: Path, contracts: Mapping[str, FormContract]) -> list[str]:
    """The seed's name if it is missing or not what the contracts give now."""
    path = project / MEASURE_FIELDS
    if path.exists() and path.read_text(encoding="utf-8") == measure_fields(contracts.values()):
        return []
    return [path.name]


def _rows(contracts: Iterable[FormContract]) -> Iterable[tuple[str, str, str, str]]:
    for contract in contracts:
        for code, names in contract.measures.items():
            for name in names:
                section, field = name.split(".", 1)
                yield code, contract.code, section, field
