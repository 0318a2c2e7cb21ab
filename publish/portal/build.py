"""The portal as a folder: pages, documents and dbt's documentation, replaced as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from expectations.rule_workbook import FILE_NAME as RULES
from expectations.rule_workbook import rules_workbook
from publish.code_version import fingerprint
from publish.forms.blanks import all_blanks, forms_fingerprint, write_blanks
from publish.forms.dictionary import dictionary
from publish.forms.dictionary_files import PAGE, WORKBOOK, dictionary_page, dictionary_workbook
from publish.manifest import Release, is_current, write_manifest
from publish.packages import files_of, published_folder
from publish.pages import render_page
from publish.portal.content import PortalContent, read_content
from publish.portal.dbt_docs import documentation_page, kept_page, project_fingerprint
from publish.portal.documents import PublishedFolder, copy_documents, find_extracts, find_references
from publish.quality.report import report_html, write_report
from publish.releases import record_release
from warehouse.connection import connect
from warehouse.settings import get_settings

KIND = "quality_portal"
TEMPLATES = Path(__file__).parent / "templates"


def build_portal(as_of: datetime) -> list[Path]:
    """Write the data-quality report and the portal, and record the release; return their files.

    The portal stays as it is when neither its content nor the documents it carries nor the code have changed.
    """
    settings = get_settings()
    with connect("analyst") as analyst, connect("auditor") as auditor:
        content = read_content(analyst, auditor, as_of)
    report = write_report(content.quality, settings.quality_dir)
    documents = [*find_references(settings.reference_dir), *find_extracts(settings.extracts_dir)]
    project = project_fingerprint()
    release = Release(
        KIND,
        None,
        None,
        as_of,
        fingerprint(
            as_of.isoformat(),
            content.content_hash(),
            project,
            forms_fingerprint(),
            *(d.fingerprint for d in documents),
        ),
    )
    target = settings.portal_dir
    if not is_current(target, release.fingerprint):
        docs = kept_page(target, project) or documentation_page()
        write_portal(content, documents, target, release, (docs, project))
    files = files_of(target)
    record_release(release, target, files)
    return [*report, *(target / file.name for file in files)]


def write_portal(
    content: PortalContent,
    documents: list[PublishedFolder],
    target: Path,
    release: Release,
    dbt_docs: tuple[bytes, str],
) -> None:
    """Write the portal in place of the one that was there. `dbt_docs` is the page and the project's hash."""
    page, project = dbt_docs
    references = [d for d in documents if d.files[0].path.startswith("reference/")]
    extracts = [d for d in documents if d.files[0].path.startswith("extracts/")]
    blanks, forms = all_blanks(), dictionary()
    values: dict[str, Any] = {
        "content": content,
        "references": references,
        "extracts": extracts,
        "blanks": blanks,
    }
    with published_folder(target) as folder:
        for name in ("index.html", "discipline.html", "refused.html", "rating.html", "forms.html"):
            data = render_page(TEMPLATES, f"{name}.j2", as_of=content.as_of, page=name, **values)
            (folder / name).write_bytes(data)
        (folder / "quality.html").write_bytes(report_html(content.quality, is_linked=True))
        (folder / PAGE).write_bytes(dictionary_page(forms, is_linked=True))
        (folder / WORKBOOK).write_bytes(dictionary_workbook(forms))
        (folder / RULES).write_bytes(rules_workbook())
        write_blanks(blanks, folder / "blanks")
        (folder / "dbt").mkdir()
        (folder / "dbt" / "index.html").write_bytes(page)
        (folder / "dbt" / "project.sha256").write_text(project + "\n", encoding="ascii")
        copy_documents(documents, folder)
        write_manifest(folder, release)
