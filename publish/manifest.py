"""The manifest of a published folder: what it is, from what it was made, and the hash of every file in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from publish.code_version import code_version
from publish.packages import PackagedFile, files_of, sha256_of

Stage = Literal["draft", "released"]
NAME = "manifest.json"


@dataclass(frozen=True)
class Release:
    """One thing that leaves the house. `period_code` and `region_code` are None for what covers them all.

    A draft waits for somebody's approval; `approves` names the draft that a release was before it.
    """

    kind: str
    region_code: str | None
    period_code: str | None
    as_of: datetime
    fingerprint: str
    stage: Stage = "released"
    approves: str | None = None

    @property
    def release_id(self) -> str:
        """The identifier of the release: what it is and the first twelve digits of its fingerprint."""
        scope = [part for part in (self.kind, self.region_code, self.period_code) if part]
        draft = ["draft"] if self.stage == "draft" else []
        return "/".join([*draft, *scope, self.fingerprint[:12]])


def write_manifest(folder: Path, release: Release, **facts: Any) -> None:
    """Write manifest.json over the files that are in the folder now. Its bytes depend on nothing else."""
    content = {
        "release_id": release.release_id,
        "stage": release.stage,
        "kind": release.kind,
        "region_code": release.region_code,
        "period_code": release.period_code,
        "as_of": release.as_of.isoformat(),
        "fingerprint": release.fingerprint,
        "code_version": code_version(),
        **facts,
        "files": [asdict(file) for file in files_of(folder) if file.name != NAME],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def is_current(folder: Path, fingerprint: str) -> bool:
    """True when the folder was made from the same inputs and its files are still what the manifest says."""
    path = folder / NAME
    if not path.is_file():
        return False
    content = json.loads(path.read_text(encoding="utf-8"))
    if content.get("fingerprint") != fingerprint:
        return False
    files = [PackagedFile(**file) for file in content["files"]]
    return all((folder / f.name).is_file() and sha256_of(folder / f.name) == f.sha256 for f in files)
