"""Which code makes what leaves the house: one hash over this package and the libraries that draw."""

from __future__ import annotations

import functools
import hashlib
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent
SUFFIXES = frozenset({".py", ".yaml", ".j2", ".typ", ".ttf", ".css", ".js", ".txt", ".json"})
LIBRARIES = ("altair", "jinja2", "polars", "python-docx", "typst", "vl-convert-python", "xlsxwriter")


@functools.cache
def code_version() -> str:
    """Twelve hex digits that change when a source file, a text, a typeface or a drawing library changes."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix in SUFFIXES:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    for library in LIBRARIES:
        digest.update(f"{library}=={version(library)}\0".encode())
    return digest.hexdigest()[:12]


def fingerprint(*parts: str) -> str:
    """SHA-256 over what decides the bytes of an output: its inputs, its as-of moment and this code."""
    return hashlib.sha256("\n".join((*parts, code_version())).encode("utf-8")).hexdigest()
