"""References and extracts as the portal carries them: copied, so that it can be sent as one folder."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from publish.manifest import NAME, is_current
from publish.numbers import format_school_year

REFERENCE_FILES = {"reference.pdf": "PDF", "reference.docx": "DOCX", "reference.html": "HTML"}


@dataclass(frozen=True)
class PublishedFile:
    """A file to link to: its path inside the portal, its label and where it is copied from."""

    path: str
    label: str
    source: Path

    @property
    def is_data(self) -> bool:
        """True for one of the many tables of an extract."""
        return self.label.startswith(("data/", "excel/"))


@dataclass(frozen=True)
class PublishedFolder:
    """A reference or an extract with its files."""

    region_code: str
    title: str
    fingerprint: str
    files: tuple[PublishedFile, ...]

    @property
    def data_files(self) -> list[PublishedFile]:
        """The tables among the files."""
        return [file for file in self.files if file.is_data]


def find_references(folder: Path) -> list[PublishedFolder]:
    """References that are whole, by region, the latest school year first."""
    found = []
    for place in _places(folder):
        fingerprint = _fingerprint(place)
        if fingerprint is None:
            continue
        region, year = place.parent.name, place.name
        files = tuple(
            PublishedFile(f"reference/{region}/{year}/{name}", label, place / name)
            for name, label in REFERENCE_FILES.items()
        )
        title = f"Аналитическая справка за {format_school_year(year)} учебный год"
        found.append(PublishedFolder(region, title, fingerprint, files))
    return found


def find_extracts(folder: Path) -> list[PublishedFolder]:
    """The newest revision of each extract that is whole, by region and recipient, the latest period first."""
    found = []
    for place in (
        period for recipient in _places(folder) for period in sorted(recipient.iterdir(), reverse=True)
    ):
        newest = place / "latest"
        fingerprint = _fingerprint(newest) if newest.is_dir() else None
        if fingerprint is None:
            continue
        recipient, region, revision = place.parent.name, place.parent.parent.name, newest.resolve().name
        base = f"extracts/{region}/{recipient}/{place.name}/{revision}"
        names = sorted(path.relative_to(newest).as_posix() for path in newest.rglob("*") if path.is_file())
        files = tuple(PublishedFile(f"{base}/{name}", name, newest / name) for name in names)
        title = json.loads((newest / "datapackage.json").read_text(encoding="utf-8"))["title"]
        found.append(PublishedFolder(region, f"{title}, редакция {revision[1:]}", fingerprint, files))
    return found


def copy_documents(folders: list[PublishedFolder], portal: Path) -> None:
    """Copy the files of published folders to where the pages link to."""
    for folder in folders:
        for file in folder.files:
            target = portal / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.source, target)


def _places(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    regions = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [
        place
        for region in regions
        for place in sorted(region.iterdir(), reverse=True)
        if place.is_dir() and not place.name.startswith(".")
    ]


def _fingerprint(folder: Path) -> str | None:
    """The fingerprint of a folder whose files are all as its manifest says, else None."""
    path = folder / NAME
    if not path.is_file():
        return None
    fingerprint = str(json.loads(path.read_text(encoding="utf-8"))["fingerprint"])
    return fingerprint if is_current(folder, fingerprint) else None
