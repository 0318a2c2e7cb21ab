"""Putting the files of a release back where they lay."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from publish.packages import BESIDE, published_folder

if TYPE_CHECKING:
    from publish.release_register import ReleaseRecord


def put_in_place(record: ReleaseRecord, source: Path, target: Path) -> None:
    """Copy the files of a release from a folder that holds them whole, with those beside it.

    Each folder takes its place in one step. Raises RuntimeError when a copy is not what was released.
    """
    beside = sorted({file.name.split("/")[1] for file in record.files if file.name.startswith(BESIDE)})
    for name in ("", *(f"{BESIDE}{folder}/" for folder in beside)):
        files = [file.name for file in (record.own_files if not name else record.files)]
        place = target / name
        with published_folder(place.parent.resolve() / place.name if name else target) as folder:
            for file in (one.removeprefix(name) for one in files if one.startswith(name)):
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / f"{name}{file}", folder / file)
    if not record.is_whole_in(target):
        raise RuntimeError(f"what was copied from {source} to {target} is not what {record.release_id} was")
