"""One extract as a folder: tables, descriptor, checksums, signature; whole, numbered, never changed."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ingest.sources.regions import load_regions
from publish.code_version import fingerprint
from publish.disclosure.decide import record_disclosure, refused_years
from publish.extract.changes import changes_between, read_revision
from publish.extract.contracts import Recipient, load_recipients
from publish.extract.datasets import Content, Edition, ExtractPeriod, find_period, read_content
from publish.extract.delivery import Delivery, deliver_release
from publish.extract.descriptor import csv_name, datapackage, dictionary, excel_name, parquet_name, readme
from publish.extract.parquet import parquet_bytes
from publish.extract.signature import PUBLIC_KEY, SUFFIX, public_key, sign
from publish.extract.workbook import workbook_bytes
from publish.manifest import Release, is_current, write_manifest
from publish.packages import (
    files_beside,
    files_of,
    point_latest,
    published_folder,
    write_checksums,
    write_file,
)
from publish.release_register import ReleaseDamagedError, newest_revision
from publish.releases import record_release
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "extract"
LATEST = "latest"
CHANGES = "-changes"
SUMS = "SHA256SUMS"


class WithheldError(RuntimeError):
    """All that an extract could tell of people is withheld; the text says why, and how it is let go."""

    def __init__(self, recipient: str, region: str, period: str, reasons: dict[str, str]) -> None:
        years = "; ".join(f"{year}: {reason}" for year, reason in reasons.items())
        super().__init__(
            f"the extract of {region} and {period} for {recipient} would tell nothing of people, because the"
            f" school year is withheld as a whole ({years}): `orientir publish extract --region {region}"
            f" --recipient {recipient} --period {period} --even-withheld` lets it go as it is"
        )


@dataclass(frozen=True)
class Package:
    """A finished revision: its folder, its name at the recipient's, the package of changes beside it.

    `is_new` is false when it was released before.
    """

    folder: Path
    name: str
    release_id: str
    changes: Path | None
    is_new: bool = True


def build_extract(
    recipient: str, region: str, period: str, as_of: datetime, *, even_withheld: bool = False
) -> Package:
    """Write the package of a recipient, region and month or quarter as its next revision.

    The release is recorded. When the newest revision was made from the same rows and code, it is the one
    returned. Beside a later revision lies a package of what has changed since the one before it, which is
    part of the release. Raises LookupError for an unknown recipient, region or period; WithheldError where
    the school year is withheld as a whole, unless it is to go out `even_withheld`.
    """
    regions = load_regions()
    if region not in regions:
        raise LookupError(f"there is no region {region!r}: the regions are {', '.join(sorted(regions))}")
    to, covered = _find_recipient(recipient), find_period(period)
    # Descriptor and README print the moment by the region's clock, whoever asks.
    as_of = as_of.astimezone(regions[region].zone)
    if not even_withheld:
        _refuse_emptied(to, region, covered)
    with connect("ministry") as connection:
        contents = [read_content(connection, dataset, region, covered) for dataset in to.datasets]
    digest = hashlib.sha256(to.code.encode() + b"\0")
    for content in contents:
        digest.update(content.dataset.name.encode() + b"\0" + content.csv_bytes)
    folder = get_settings().extracts_dir / region / to.code / period

    def revision(number: int) -> Release:
        # The number belongs to it: a correction that is taken back gives the rows of an earlier revision, and
        # is a release of its own. A build as of a later day that has brought no correction is none.
        return Release(KIND, region, period, as_of, fingerprint(digest.hexdigest(), f"r{number}"))

    # Which revision is the newest one, the ledger says: what became of the files of a release since then
    # makes no correction of it.
    with connect("auditor") as connection:
        newest = newest_revision(connection, region, to.code, period)
    number = (newest.revision or 0) if newest is not None else 0
    release, target = revision(number), folder / f"r{number}"
    if newest is not None and newest.release_id == release.release_id:
        if not newest.is_whole_in(target):
            raise ReleaseDamagedError(newest)
    else:
        previous = None if newest is None else newest.whole_folder(beside=False)
        if newest is not None and previous is None:
            raise ReleaseDamagedError(newest)
        edition = Edition(to, region, regions[region].name_ru, covered, as_of, number + 1)
        release, target = revision(edition.revision), folder / f"r{edition.revision}"
        # Written, but not recorded before the process ended: it is taken as it lies there.
        if not is_current(target, release.fingerprint):
            if previous is not None:
                write_changes(contents, edition, previous, target)
            write_extract(contents, edition, release, target)
    point_latest(folder / LATEST, target)
    _show_public_key(get_settings().extracts_dir / PUBLIC_KEY)
    changes = target.with_name(target.name + CHANGES)
    # What has changed since the revision before belongs to the release, as the files of a folder beside it.
    is_new = record_release(release, target, [*files_of(target), *files_beside(changes)])
    record_disclosure(release.release_id, region)
    return Package(
        target,
        f"{region}/{period}/{target.name}",
        release.release_id,
        changes if changes.is_dir() else None,
        is_new,
    )


def deliver_extract(package: Package, recipient: str) -> list[Delivery]:
    """Take a package, and the changes beside it, to the recipient. Raises delivery.DeliveryError."""
    packages = [(package.folder, package.name)]
    if package.changes is not None:
        packages.insert(0, (package.changes, package.name + CHANGES))
    return deliver_release(package.release_id, recipient, packages)


def _show_public_key(path: Path) -> None:
    key = public_key()
    if not path.is_file() or path.read_bytes() != key:
        write_file(path, key)


def _refuse_emptied(to: Recipient, region: str, covered: ExtractPeriod) -> None:
    """An empty «…» in every row is no answer to somebody who waits for figures: raise WithheldError."""
    if not any(field.is_withheld for dataset in to.datasets for field in dataset.fields):
        return
    with connect("auditor") as connection:
        reasons = refused_years(connection, region, covered.school_years)
    if reasons:
        raise WithheldError(to.code, region, covered.code, reasons)


def _find_recipient(code: str) -> Recipient:
    recipients = load_recipients()
    if code not in recipients:
        known = ", ".join(recipients)
        raise LookupError(f"no exposure has an extract for {code!r}: the recipients are {known}")
    return recipients[code]


def write_extract(contents: list[Content], edition: Edition, release: Release, target: Path) -> None:
    """Write the files of one revision. The checksums cover every other file, the signature covers them."""
    with published_folder(target) as folder:
        (folder / "data").mkdir()
        (folder / "excel").mkdir()
        for content in contents:
            (folder / csv_name(content.dataset)).write_bytes(content.csv_bytes)
            (folder / excel_name(content.dataset)).write_bytes(content.excel_bytes)
            (folder / parquet_name(content.dataset)).write_bytes(parquet_bytes(content))
        (folder / "extract.xlsx").write_bytes(workbook_bytes(contents, edition))
        (folder / "dictionary.csv").write_bytes(dictionary(contents))
        (folder / "datapackage.json").write_bytes(datapackage(contents, edition))
        (folder / "README.txt").write_bytes(readme(contents, edition))
        write_manifest(folder, release, recipient=edition.recipient.code, revision=edition.revision)
        seal(folder, edition.identifier)


def seal(folder: Path, identifier: str) -> None:
    """Write the checksums of a finished folder and sign them under its name."""
    write_checksums(folder)
    sums = (folder / SUMS).read_bytes()
    (folder / f"{SUMS}{SUFFIX}").write_bytes(sign(sums, f"{identifier}"))


def write_changes(contents: list[Content], edition: Edition, previous: Path, target: Path) -> None:
    """Write what has changed since the previous revision beside the new one, if anything has."""
    place = target.with_name(target.name + CHANGES)
    changed = changes_between(read_revision(previous, [content.dataset for content in contents]), contents)
    if not any(content.rows for content in changed):
        shutil.rmtree(place, ignore_errors=True)
        return
    said = (
        f"Что изменилось в редакции {edition.revision} по сравнению с редакцией {edition.revision - 1}:"
        " строки до исправления (before) и после (after), новые (added) и исключённые (removed)."
    )
    with published_folder(place) as folder:
        (folder / "data").mkdir()
        (folder / "excel").mkdir()
        for content in changed:
            (folder / csv_name(content.dataset)).write_bytes(content.csv_bytes)
            (folder / excel_name(content.dataset)).write_bytes(content.excel_bytes)
            (folder / parquet_name(content.dataset)).write_bytes(parquet_bytes(content))
        (folder / "datapackage.json").write_bytes(datapackage(changed, edition, said))
        seal(folder, edition.identifier + CHANGES)
