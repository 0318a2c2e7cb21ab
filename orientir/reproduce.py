"""Making releases again from the ledger, in a database of its own; comparing and restoring every byte."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orientir.failures import DataError
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
    before = {record.release_id: _revision_before(record, say) for record in records if record.has_changes}
    with marts_of(records, say):
        outcomes = [
            write_and_compare(
                record, say, versions[record.release_id], before=before.get(record.release_id), keep=keep
            )
            for record in records
        ]
    for folder in before.values():
        if not keep:
            _forget(folder)
    return outcomes


def restore(record: ReleaseRecord, say: Say, *, to: Path | None = None) -> Path:
    """Put the files of a release back where they lay, byte for byte as they were released; return the place.

    They are copied from a place that they were delivered to, else rebuilt from the ledger. `to`: a folder to
    put them into instead. What is whole is left alone. Raises DataError when a newer release lies in the
    place, or the files do not come out the same.
    """
    from publish.release_register import newest_in_place
    from publish.releases import place_of
    from publish.restoring import put_in_place
    from warehouse.connection import connect

    target = place_of(record.path) if to is None else to / Path(record.path).name
    if record.is_whole_in(target):
        say(f"every file of {record.release_id} is as it was released")
        return target
    with connect("auditor") as connection:
        newest = newest_in_place(connection, record)
    if to is None and newest != record.release_id:
        raise DataError(
            f"{newest} lies in {record.path} by now, where {record.release_id} lay",
            hint="name another folder for it: `--to FOLDER`",
        )
    source = _whole_copy(record, say)
    put_in_place(record, source, target)
    _forget(source)
    say(f"{len(record.files)} files of {record.release_id} lie in {target}")
    return target


def _revision_before(record: ReleaseRecord, say: Say) -> Path:
    """A folder with the revision of an extract before the given one, without its own package of changes."""
    from publish.release_register import revision_before
    from warehouse.connection import connect

    with connect("auditor") as connection:
        return _whole_copy(revision_before(connection, record), say, beside=False)


def _whole_copy(record: ReleaseRecord, say: Say, *, beside: bool = True) -> Path:
    """A folder with the files of a release, byte for byte as they were released, rebuilt if they are gone.

    `beside`: with the package of changes beside them. Raises DataError when they do not come out the same.
    """
    from publish.reproduction import compare, write_again

    whole = record.whole_folder(beside=beside)
    if whole is not None:
        return whole
    say(f"no folder holds the files of {record.release_id} as they were released: rebuilding them")
    before = _revision_before(record, say) if beside and record.has_changes else None
    folder = _folder_of(record)
    with marts_of([record], say):
        write_again(record, folder, before)
    if before is not None:
        _forget(before)
    names = {file.name for file in (record.files if beside else record.own_files)}
    different = [file.name for file in compare(record, folder) if file.name in names and not file.is_equal]
    if different:
        raise DataError(
            f"{record.release_id} does not come out as it was released: {', '.join(different)}",
            hint="put a copy of it back in its place, or check out the version that it was made by",
        )
    return folder


def _forget(folder: Path) -> None:
    """Remove a folder if it was rebuilt here."""
    if folder.is_relative_to(workplace()):
        shutil.rmtree(folder.parent, ignore_errors=True)


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
