"""Delivering a release to a folder: whole, once, and never in place of an earlier delivery."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.ledger.events import Event, append
from publish.packages import published_folder, write_checksums
from publish.release_register import ReleaseRecord, find_release
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

DESTINATION = "folder"


class DeliveryError(RuntimeError):
    """The release cannot be delivered; the text says why and what to do."""


def deliver(release_id: str) -> Path:
    """Copy a release into a folder of its own below `ORIENTIR_DELIVERY_DIR`, with its checksums.

    A delivery that is there and whole is left alone. Raises DeliveryError when the release's files are gone.
    """
    with connect("auditor") as connection:
        record = find_release(connection, release_id)
    target = get_settings().delivery_dir.joinpath(*record.release_id.split("/"))
    source = record.whole_folder()
    if source is None:
        raise DeliveryError(
            f"no folder holds the files of {release_id} as they were released:"
            f" `orientir release restore {release_id}` makes them again"
        )
    if source != target:
        _copy(record, source, target)
    _record(record, target)
    return target


def _copy(record: ReleaseRecord, source: Path, target: Path) -> None:
    with published_folder(target) as folder:
        for file in record.files:
            (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file.name, folder / file.name)
        if not (folder / "SHA256SUMS").is_file():
            write_checksums(folder)


def _record(record: ReleaseRecord, target: Path) -> None:
    base = get_settings().var_dir
    place = target.relative_to(base).as_posix() if target.is_relative_to(base) else str(target)
    at = clock.now()
    with connect("loader") as connection:
        inserted = connection.execute(
            "insert into ledger.delivery (release_id, destination, place, delivered_at)"
            " values (%s, %s, %s, %s) on conflict do nothing returning 1",
            [record.release_id, DESTINATION, place, at],
        ).fetchone()
        if inserted is not None:
            payload = {"destination": DESTINATION, "place": place}
            append(connection, [Event("release.delivered", record.release_id, payload)], at=at)
        connection.commit()
