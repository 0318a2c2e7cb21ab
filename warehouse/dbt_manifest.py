"""What dbt knows of the project after parsing it, taken over for another database.

Parsing costs twelve seconds of processor time, and dbt parses anew for another database, because every name
in SQL begins with the database. Nothing else in the parse depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

PARSE = Path("target", "partial_parse.msgpack")
# What dbt and its tools write into the project's folder themselves.
WRITTEN = frozenset({"target", "logs", "dbt_packages"})


def for_another_database(parsed: Path, project_dir: Path, database: str) -> Any | None:
    """The manifest that was parsed for one database, with the name of another; a new one at each call.

    None where there is no parse, where the project has changed since, or where another version of dbt wrote
    it: then dbt has to parse.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.version import __version__

    if not parsed.is_file() or parsed.stat().st_mtime < max(_changes(project_dir)):
        return None
    try:
        manifest: Any = Manifest.from_msgpack(parsed.read_bytes())  # type: ignore[attr-defined]
    except (ValueError, LookupError, TypeError):
        # Another version of dbt has other fields.
        return None
    if manifest.metadata.dbt_version != __version__:
        return None
    for node in chain(manifest.nodes.values(), manifest.sources.values()):
        if node.relation_name:
            node.relation_name = node.relation_name.replace(f'"{node.database}".', f'"{database}".', 1)
        node.database = database
    manifest.build_flat_graph()
    return manifest


def _changes(project_dir: Path) -> Iterator[float]:
    """When the files of the project were changed, and its folders: these when a file was added or removed."""
    yield project_dir.stat().st_mtime
    for path in project_dir.rglob("*"):
        if not WRITTEN & set(path.relative_to(project_dir).parts):
            yield path.stat().st_mtime
