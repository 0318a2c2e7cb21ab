"""dbt's own documentation as one page: for engineers and auditors, without the moments of its making."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from warehouse.dbt import run_dbt
from warehouse.settings import get_settings

PAGE = "static_index.html"
NOT_PROJECT = frozenset({"target", "logs", "dbt_packages"})

# What differs between two runs over an unchanged project, what names this machine, and what leads outside.
VOLATILE = (
    (re.compile(rb'("(?:generated_at|invocation_started_at|run_started_at)": ?)"[^"]*"'), rb'\1""'),
    (re.compile(rb'("(?:invocation_id|user_id|project_id)": ?)"[^"]*"'), rb'\1""'),
    (re.compile(rb'("root_path": ?)"[^"]*"'), rb'\1""'),
    (re.compile(rb'("created_at": ?)[0-9.eE+]+'), rb"\g<1>0"),
    # the loader of a tracker, which the page would call only if statistics were switched on
    (re.compile(rb"//[a-z0-9-]+\.cloudfront\.net/[^\"']*"), b"data:text/javascript,"),
)


def project_fingerprint() -> str:
    """SHA-256 over the files of the dbt project that its documentation is made from."""
    root = get_settings().project_dir / "dbt_project"
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and relative.parts[0] not in NOT_PROJECT:
            digest.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def documentation_page() -> bytes:
    """Generate the documentation and return its page with everything volatile emptied.

    Raises warehouse.dbt.DbtFailed when dbt cannot read the project or the database.
    """
    # dbt writes the manifest for the page whatever it is told, and would write it twice otherwise.
    run_dbt(["docs", "generate", "--static", "--no-write-json"])
    page = get_settings().dbt_dir / "target" / PAGE
    return stable_page(page.read_bytes())


def stable_page(data: bytes) -> bytes:
    """The same page for the same project: without moments, identifiers of runs, and paths of the machine."""
    for pattern, replacement in VOLATILE:
        data = pattern.sub(replacement, data)
    return data.replace(str(get_settings().project_dir).encode(), b"")


def kept_page(portal: Path, fingerprint: str) -> bytes | None:
    """The page of the portal that is there now, when it was made from the same project."""
    mark = portal / "dbt" / "project.sha256"
    page = portal / "dbt" / "index.html"
    if mark.is_file() and page.is_file() and mark.read_text(encoding="ascii").strip() == fingerprint:
        return page.read_bytes()
    return None
