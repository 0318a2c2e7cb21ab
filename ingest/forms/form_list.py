"""The list of forms for the warehouse, from the contracts: the seed behind ``dim_form``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ingest.forms.catalogue import all_contracts, load_contracts
from ingest.forms.served_measures import SEEDS

FORMS = SEEDS / "forms.csv"
COLUMNS = (
    "form_code",
    "form_title",
    "submitter",
    "period_type",
    "rhythm",
    "formats",
    "newest_version",
    "newest_version_from",
    "first_version_from",
    "sections_count",
    "fields_count",
)


def form_list() -> str:
    """The content of the seed: one line per form, in the order of the codes."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code, newest in load_contracts().items():
        writer.writerow(
            (
                code,
                newest.title,
                newest.submitter,
                newest.period_type,
                newest.rhythm,
                " ".join(newest.formats),
                newest.version,
                newest.valid_from.isoformat(),
                min(known.valid_from for known in all_contracts() if known.code == code).isoformat(),
                len(newest.sections),
                sum(len(section.fields) for section in newest.sections),
            )
        )
    return buffer.getvalue()


def write_form_list(project: Path) -> list[Path]:
    """Writes the seed under a project's folder if it differs; returns what was written."""
    path = project / FORMS
    if not form_list_drifted(project):
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(form_list(), encoding="utf-8", newline="\n")
    return [path]


def form_list_drifted(project: Path) -> list[str]:
    """The seed's name if it is missing or not what the contracts give now."""
    path = project / FORMS
    if path.exists() and path.read_text(encoding="utf-8") == form_list():
        return []
    return [path.name]
