"""The annual reference as files: DOCX, PDF, HTML, the origin of every number, and a manifest."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from publish.blocks import Document, numbers_of
from publish.code_version import fingerprint
from publish.manifest import Release, is_current, write_manifest
from publish.packages import files_of, published_folder
from publish.reference.document import build_document
from publish.reference.facts import ReferenceFacts, read_facts
from publish.reference.texts import region_texts
from publish.releases import record_release
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "annual_reference"


def build_reference(region: str, school_year: str, as_of: datetime) -> list[Path]:
    """Write the reference of a region and school year and record the release; return its files.

    Nothing is written when the marts' content, the moment and the code are those of the files already there.
    Raises LookupError when the marts hold nothing for this region and school year.
    """
    texts = region_texts(region)
    with connect("analyst") as connection:
        facts = read_facts(connection, region, school_year, as_of, texts.basis_measure)
    target = get_settings().reference_dir / region / school_year
    release = Release(KIND, region, school_year, as_of, fingerprint(as_of.isoformat(), facts.content_hash()))
    if not is_current(target, release.fingerprint):
        write_reference(facts, target, release)
    record_release(release, target, files_of(target))
    return [target / file.name for file in files_of(target)]


def write_reference(facts: ReferenceFacts, target: Path, release: Release) -> None:
    """Write the files of one reference in place of those that were there."""
    from publish.render.docx import render_docx
    from publish.render.html import render_html
    from publish.render.pdf import render_pdf

    document = build_document(facts)
    with published_folder(target) as folder:
        (folder / "reference.docx").write_bytes(render_docx(document))
        (folder / "reference.pdf").write_bytes(render_pdf(document))
        (folder / "reference.html").write_bytes(render_html(document))
        numbers = numbers_file(document)
        (folder / "numbers.json").write_bytes(numbers)
        write_manifest(folder, release, marts_content=facts.content_hash())


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
