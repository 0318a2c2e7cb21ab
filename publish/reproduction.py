"""What came of making a release again: file by file, whether the bytes are those that were released."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publish.packages import sha256_of

if TYPE_CHECKING:
    from publish.release_register import ReleaseRecord


@dataclass(frozen=True)
class ComparedFile:
    """One file of the release; `rebuilt_sha256` is None where nothing was rebuilt under its name."""

    name: str
    released_sha256: str
    rebuilt_sha256: str | None

    @property
    def is_equal(self) -> bool:
        """Whether every byte is the same."""
        return self.released_sha256 == self.rebuilt_sha256


@dataclass(frozen=True)
class Reproduction:
    """A release made again. `versions` names what has another version now than when it was made."""

    release_id: str
    versions: tuple[str, ...]
    files: tuple[ComparedFile, ...]
    kept_in: str | None

    @property
    def is_equal(self) -> bool:
        """Whether every file came out the same."""
        return all(file.is_equal for file in self.files)


def _write_reference(record: ReleaseRecord, folder: Path, before: Path | None) -> None:
    from publish.reference.build import local_moment, write_reference
    from publish.reference.facts import read_facts
    from publish.reference.texts import region_texts
    from warehouse.connection import connect

    region, year = record.region_code or "", record.period_code or ""
    as_of = local_moment(region, record.as_of)
    with connect("analyst") as connection:
        facts = read_facts(connection, region, year, as_of, region_texts(region).basis_measure)
    write_reference(facts, folder, dataclasses.replace(record.release, as_of=as_of))


def _write_extract(record: ReleaseRecord, folder: Path, before: Path | None) -> None:
    from ingest.sources.regions import region
    from publish.extract.build import write_changes, write_extract
    from publish.extract.contracts import load_recipients
    from publish.extract.datasets import Edition, find_period, read_content
    from warehouse.connection import connect

    of = region(record.region_code or "")
    to, covered = load_recipients()[record.recipient or ""], find_period(record.period_code or "")
    as_of = record.as_of.astimezone(of.zone)
    with connect("ministry") as connection:
        contents = [read_content(connection, dataset, of.region_code, covered) for dataset in to.datasets]
    edition = Edition(to, of.region_code, of.name_ru, covered, as_of, record.revision or 1)
    if before is not None:
        write_changes(contents, edition, before, folder)
    write_extract(contents, edition, dataclasses.replace(record.release, as_of=as_of), folder)


# Kind of release to what writes its files into a folder from the marts of the database in use.
REBUILT: dict[str, Callable[[ReleaseRecord, Path, Path | None], None]] = {
    "annual_reference": _write_reference,
    "extract": _write_extract,
}


def write_again(record: ReleaseRecord, folder: Path, before: Path | None = None) -> None:
    """Write the files of a release from the marts of the database in use.

    `before` is a folder with the revision before an extract's: what has changed since then is written beside
    the folder. Raises LookupError when the marts hold nothing for its region and period.
    """
    REBUILT[record.kind](record, folder, before)


def compare(record: ReleaseRecord, folder: Path) -> tuple[ComparedFile, ...]:
    """Hold what was rebuilt in a folder against the hashes of the release."""
    return tuple(
        ComparedFile(
            file.name,
            file.sha256,
            sha256_of(folder / file.name) if (folder / file.name).is_file() else None,
        )
        for file in record.files
    )
