"""All blanks of the configured regions, as a ministry publishes them: a folder per region, a file a form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ingest.calendar.cyclogram import CYCLOGRAM
from ingest.forms.blank_files import blank_file, blank_name
from ingest.forms.catalogue import all_contracts
from ingest.forms.code_lists import SEEDS
from ingest.forms.contract import FormContract
from ingest.forms.known_values import KnownValues
from ingest.forms.wording import PERIODS, SUBMITTERS_MANY, validity
from ingest.sources.regions import Region, load_regions
from warehouse.settings import PROJECT_DIR


@dataclass(frozen=True)
class BlankFile:
    """One blank of one region. ``path`` is relative to the folder of all blanks."""

    region_code: str
    region_name: str
    contract: FormContract
    suffix: str

    @property
    def path(self) -> str:
        """``chelyabinsk/S1_1.0.0.xlsx``."""
        return f"{self.region_code}/{blank_name(self.contract, self.suffix)}"

    @property
    def label(self) -> str:
        """The format as people call it."""
        return {"xlsx": "Excel (XLSX)", "csv": "CSV", "json": "JSON"}[self.suffix]

    @property
    def submitters(self) -> str:
        """Who fills it in, as a heading."""
        return SUBMITTERS_MANY.get(self.contract.submitter, self.contract.submitter)

    @property
    def period(self) -> str:
        """The kind of period it reports."""
        return PERIODS[self.contract.period_type]

    @property
    def validity(self) -> str:
        """For which periods it is in force."""
        return validity(self.contract)

    def content(self) -> bytes:
        """The file's bytes: the region's codes are in its lists."""
        return blank_file(self.contract, self.suffix, KnownValues(region_code=self.region_code))


def all_blanks(region_code: str | None = None) -> list[BlankFile]:
    """The blanks of every form in force in the regions (or one), in every version and format."""
    regions = [r for r in load_regions().values() if region_code in (None, r.region_code)]
    return [
        BlankFile(region.region_code, region.name_ru, contract, suffix)
        for region in regions
        for kind in SUBMITTERS_MANY
        for contract in _sent_by(region, kind)
        for suffix in contract.formats
    ]


def write_blanks(blanks: list[BlankFile], folder: Path) -> list[Path]:
    """Writes the blanks into the folder and returns their paths."""
    paths = []
    for blank in blanks:
        path = folder / blank.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(blank.content())
        paths.append(path)
    return paths


def forms_fingerprint() -> str:
    """A hash that changes with a contract, a rule, a region's forms, a code list or the code that writes.

    It covers blanks with their deadlines, dictionary and workbook of rules: what the portal carries beside
    its own pages.
    """
    digest = hashlib.sha256()
    sources = [
        *sorted((PROJECT_DIR / "ingest" / "forms").glob("*.py")),
        *sorted((PROJECT_DIR / "expectations").glob("*.py")),
        *sorted((PROJECT_DIR / "expectations" / "rules").glob("*.yaml")),
        PROJECT_DIR / "ingest" / "readers" / "rules.yaml",
        SEEDS / "roadmap_measures.csv",
        SEEDS / "rule_registry.csv",
        SEEDS / "specialties.csv",
        SEEDS / "municipalities.csv",
        SEEDS / "oktmo_codes.csv",
        CYCLOGRAM,
        *sorted((PROJECT_DIR / "ingest" / "sources" / "regions").glob("*.yaml")),
    ]
    for path in sources:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for blank in all_blanks():
        digest.update(f"{blank.path} {blank.contract.sha256}\n".encode())
    return digest.hexdigest()


def _sent_by(region: Region, kind: str) -> list[FormContract]:
    return [c for c in all_contracts() if c.submitter == kind and region.expects(kind, c.code)]
