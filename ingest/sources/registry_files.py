"""The registry of organisations straight from its files, for what works without the database."""

from __future__ import annotations

from ingest.sources.regions import load_regions
from ingest.sources.registry import Organisation, read_registry_file
from warehouse.settings import get_settings


def listed_organisations() -> dict[str, Organisation]:
    """Every organisation by its ОГРН, as the newest version that lists it describes it.

    Empty where this machine has no registry. Raises RegistryError for a file that is wrong.
    """
    merged: dict[str, Organisation] = {}
    for region_code in load_regions():
        folder = get_settings().registry_dir / region_code
        for path in sorted(folder.glob("organisations_*.csv")):
            version = read_registry_file(path, region_code, "")
            merged |= {organisation.ogrn: organisation for organisation in version}
    return merged
