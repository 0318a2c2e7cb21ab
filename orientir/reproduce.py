"""Making releases again from the ledger, in a database of its own, and comparing every byte."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING

from orientir.rebuilding import Say, marts_of, workplace

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
    with marts_of(records, say):
        return [write_and_compare(r, say, versions[r.release_id], keep=keep) for r in records]


def write_and_compare(
    record: ReleaseRecord, say: Say, versions: tuple[str, ...] = (), *, keep: bool = False
) -> Reproduction:
    """Write a release from the marts that were rebuilt for it and compare its files.

    `versions` names what has another version now. The rebuilt files are removed, unless they are to be kept.
    """
    from publish.reproduction import Reproduction, compare, write_again

    folder = workplace() / record.release_id
    shutil.rmtree(folder, ignore_errors=True)
    say(f"writing {record.release_id} again")
    write_again(record, folder)
    files = compare(record, folder)
    if not keep:
        shutil.rmtree(folder)
    return Reproduction(record.release_id, versions, files, str(folder) if keep else None)
