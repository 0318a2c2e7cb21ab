"""The annual reference as files: DOCX, PDF, HTML, the origin of every number, and a manifest.

It is written twice from one set of facts: as a draft, marked so on every page, and as what the draft becomes
when somebody approves it. The second waits where nobody reads; approving moves it, byte by byte.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from ingest.sources.regions import region as region_of
from publish.blocks import Document, numbers_of
from publish.code_version import fingerprint
from publish.manifest import Release, is_current, write_manifest
from publish.packages import files_of, published_folder
from publish.reference.document import build_document
from publish.reference.facts import ReferenceFacts, read_facts
from publish.reference.texts import region_texts
from publish.releases import is_recorded, record_release
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "annual_reference"


@dataclass(frozen=True)
class Drafted:
    """A reference as far as the machine brings it. `draft_id` waits for approval unless `is_released`."""

    draft_id: str
    release_id: str
    region_code: str
    school_year: str
    is_released: bool
    files: tuple[Path, ...]


def draft_reference(region: str, school_year: str, as_of: datetime) -> Drafted:
    """Write the draft of a region's reference and record it; nothing when this content is released already.

    Nothing is written either when the marts' content, the moment and the code are those of the draft that is
    there. Raises LookupError when the marts hold nothing for this region and school year.
    """
    as_of = local_moment(region, as_of)
    with connect("analyst") as guard:
        # Two at a time would write into each other's folder: the second waits, and finds the draft there.
        guard.execute("select pg_advisory_lock(hashtext(%s))", [f"{KIND}/{region}/{school_year}"])
        return _draft(region, school_year, as_of)


def _draft(region: str, school_year: str, as_of: datetime) -> Drafted:
    with connect("analyst") as connection:
        facts = read_facts(connection, region, school_year, as_of, region_texts(region).basis_measure)
    release = Release(KIND, region, school_year, as_of, fingerprint(as_of.isoformat(), facts.content_hash()))
    draft = dataclasses.replace(release, stage="draft")
    target = reference_folder(region, school_year)
    if is_recorded(release):
        return Drafted(draft.release_id, release.release_id, region, school_year, True, _paths(target))
    shown, waiting = draft_folder(region, school_year), waiting_folder(region, school_year)
    if not is_current(shown, release.fingerprint) or not is_current(waiting, release.fingerprint):
        document = build_document(facts)
        write_document(document, facts.content_hash(), waiting, release)
        write_document(dataclasses.replace(document, is_draft=True), facts.content_hash(), shown, draft)
    record_release(draft, shown, files_of(shown), files_of(waiting))
    return Drafted(draft.release_id, release.release_id, region, school_year, False, _paths(shown))


def local_moment(region: str, as_of: datetime) -> datetime:
    """The same moment by the region's clock: the documents print its day."""
    return as_of.astimezone(region_of(region).zone)


def reference_folder(region: str, school_year: str) -> Path:
    """Where the approved reference lies."""
    return get_settings().reference_dir / region / school_year


def draft_folder(region: str, school_year: str) -> Path:
    """Where the draft lies, for those who are to judge it."""
    return get_settings().drafts_dir / KIND / region / school_year


def waiting_folder(region: str, school_year: str) -> Path:
    """Where the files without the mark wait for the approval."""
    return get_settings().drafts_dir / ".waiting" / KIND / region / school_year


def write_reference(facts: ReferenceFacts, target: Path, release: Release) -> None:
    """Write the files of one reference in place of those that were there."""
    document = build_document(facts)
    if release.stage == "draft":
        document = dataclasses.replace(document, is_draft=True)
    write_document(document, facts.content_hash(), target, release)


def write_document(document: Document, content_hash: str, target: Path, release: Release) -> None:
    """Write a document in its three formats, with the origin of its numbers, in place of what was there."""
    from publish.render.docx import render_docx
    from publish.render.html import render_html
    from publish.render.pdf import render_pdf

    with published_folder(target) as folder:
        (folder / "reference.docx").write_bytes(render_docx(document))
        (folder / "reference.pdf").write_bytes(render_pdf(document))
        (folder / "reference.html").write_bytes(render_html(document))
        (folder / "numbers.json").write_bytes(numbers_file(document))
        write_manifest(folder, release, marts_content=content_hash)


def numbers_file(document: Document) -> bytes:
    """Every number of the document with the mart, key and column it was read from, as JSON."""
    rows = [
        {
            "place": located.place,
            "text": located.number.text,
            "value": None if located.number.value is None else str(located.number.value),
            **asdict(located.number.reference),
            "key": dict(located.number.reference.key),
        }
        for located in numbers_of(document)
    ]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _paths(folder: Path) -> tuple[Path, ...]:
    return tuple(folder / file.name for file in files_of(folder)) if folder.is_dir() else ()
