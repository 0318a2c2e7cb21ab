"""One extract as a folder: tables, descriptor, checksums; written whole, never changed, numbered."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from ingest.sources.regions import load_regions
from publish.code_version import fingerprint
from publish.extract.datasets import Content, Edition, find_period, load_datasets, read_content
from publish.extract.descriptor import csv_name, datapackage, readme
from publish.extract.workbook import workbook_bytes
from publish.manifest import Release, is_current, write_manifest
from publish.packages import files_of, point_latest, published_folder, write_checksums
from publish.releases import record_release
from warehouse.settings import get_settings

KIND = "extract"
LATEST = "latest"


def build_extract(region: str, period: str, as_of: datetime) -> list[Path]:
    """Write the extract of a region and quarter as its next revision, record the release, return its files.

    When the newest revision was made from the same rows, moment and code, it is the one returned.
    Raises LookupError for an unknown region or quarter.
    """
    regions = load_regions()
    if region not in regions:
        known = ", ".join(sorted(regions))
        raise LookupError(f"there is no region {region!r}: the regions are {known}")
    quarter = find_period(period)
    contents = [read_content(dataset, region, quarter) for dataset in load_datasets()]
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content.dataset.name.encode() + b"\0" + content.csv_bytes())
    release = Release(KIND, region, period, as_of, fingerprint(as_of.isoformat(), digest.hexdigest()))
    folder = get_settings().extracts_dir / region / period
    newest = newest_revision(folder)
    target = folder / f"r{newest}"
    if not newest or not is_current(target, release.fingerprint):
        edition = Edition(region, regions[region].name_ru, quarter, as_of, newest + 1)
        target = folder / f"r{edition.revision}"
        write_extract(contents, edition, release, target)
    point_latest(folder / LATEST, target)
    files = files_of(target)
    record_release(release, target, files)
    return [target / file.name for file in files]


def newest_revision(folder: Path) -> int:
    """The number of the newest finished revision in a folder, or 0."""
    if not folder.is_dir():
        return 0
    names = (path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return max((int(name[1:]) for name in names if name.startswith("r") and name[1:].isdigit()), default=0)


def write_extract(contents: list[Content], edition: Edition, release: Release, target: Path) -> None:
    """Write the files of one revision. The checksums cover every other file of the folder."""
    with published_folder(target) as folder:
        (folder / "data").mkdir()
        for content in contents:
            (folder / csv_name(content.dataset)).write_bytes(content.csv_bytes())
        (folder / "extract.xlsx").write_bytes(workbook_bytes(contents, edition))
        (folder / "datapackage.json").write_bytes(datapackage(contents, edition))
        (folder / "README.txt").write_bytes(readme(contents, edition))
        write_manifest(folder, release, revision=edition.revision)
        write_checksums(folder)
