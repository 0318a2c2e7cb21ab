"""Making releases again from the ledger, in a database of its own, and comparing every byte."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orientir.failures import DataError
from orientir.rebuilding import Say, marts_of, workplace
from publish.packages import BESIDE

if TYPE_CHECKING:
    from publish.release_register import ReleaseRecord
    from publish.reproduction import Reproduction


def reproduce(records: Sequence[ReleaseRecord], say: Say, *, keep: bool = False) -> list[Reproduction]:
    """Rebuild releases of one state as of their moment and compare their files with what was released.

    With `keep`, the rebuilt files stay under `var/reproduced`. Raises DataError for what cannot be rebuilt,
    InfrastructureError when another rebuilding is at work.
    """
    from publish.versions import present
    from warehouse.connection import connect

    versions = {}
    with connect("auditor") as connection:
        for record in records:
            versions[record.release_id] = tuple(
                record.versions.differences(present(connection, record.period_code))
            )
    for name in sorted({name for names in versions.values() for name in names}):
        say(f"{name} has another version now than when the release was made")
    before = {record.release_id: revision_before(record, say) for record in records if record.has_changes}
    with marts_of(records, say):
        outcomes = [
            write_and_compare(
                record, say, versions[record.release_id], before=before.get(record.release_id), keep=keep
            )
            for record in records
        ]
    for folder in before.values():
        if folder.is_relative_to(workplace()) and not keep:
            shutil.rmtree(folder.parent, ignore_errors=True)
    return outcomes


def revision_before(record: ReleaseRecord, say: Say) -> Path:
    """A folder with the revision of an extract before the given one, byte for byte as it was released.

    It is rebuilt where its files are gone. Raises DataError when it does not come out the same then.
    """
    from publish.release_register import revision_before as find_before
    from publish.reproduction import compare, write_again
    from warehouse.connection import connect

    with connect("auditor") as connection:
        earlier = find_before(connection, record)
    whole = earlier.whole_folder()
    if whole is not None:
        return whole
    say(f"the files of {earlier.release_id}, which it corrects, are gone or were changed: rebuilding them")
    folder = _folder_of(earlier)
    with marts_of([earlier], say):
        write_again(earlier, folder)
    # The package of changes beside it is its own matter.
    if not all(file.is_equal for file in compare(earlier, folder) if not file.name.startswith(BESIDE)):
        raise DataError(
            f"{earlier.release_id}, which {record.release_id} corrects, does not come out as it was released",
            hint="put its delivered copy back in its place, or check out the version that it was made by",
        )
    return folder


def write_and_compare(
    record: ReleaseRecord,
    say: Say,
    versions: tuple[str, ...] = (),
    *,
    before: Path | None = None,
    keep: bool = False,
) -> Reproduction:
    """Write a release from the marts that were rebuilt for it and compare its files.

    `versions` names what has another version now; `before` holds the revision that an extract corrects. The
    rebuilt files are removed, unless they are to be kept.
    """
    from publish.reproduction import Reproduction, compare, write_again

    folder = _folder_of(record)
    say(f"writing {record.release_id} again")
    write_again(record, folder, before)
    files = compare(record, folder)
    if not keep:
        shutil.rmtree(folder.parent)
    return Reproduction(record.release_id, versions, files, str(folder) if keep else None)


def _folder_of(record: ReleaseRecord) -> Path:
    """An absent folder for a rebuilt release, under the name that it was released under."""
    folder = workplace() / record.release_id / Path(record.path).name
    shutil.rmtree(folder.parent, ignore_errors=True)
    return folder
