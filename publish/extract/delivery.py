"""Taking a package to its recipient: once, whole, and without touching what was taken there before.

The place is an address that fsspec understands: a folder, `s3://bucket/prefix`, `sftp://host/path`. Where
folders can be renamed, the package arrives under a name that begins with a dot and ends in `.partial`, and
gets its own when it is whole. In an object store, where they cannot, `_INCOMPLETE` lies in it until
everything has arrived. In both, `_SUCCESS` is the last file written: a folder without it is not to be read.

What has arrived is looked at again whenever the package is delivered again: files of ours that are gone or
have other bytes are put there anew, and the ledger says so. Files of the recipient's own are left alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
import posixpath
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.ledger.events import Event, append
from publish.packages import files_of
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

logger = logging.getLogger(__name__)

SUCCESS = "_SUCCESS"
INCOMPLETE = "_INCOMPLETE"
SUMS = "SHA256SUMS"
# Filesystems in which a folder is renamed in one step.
RENAMING = frozenset({"file", "local", "sftp", "ssh", "memory"})


class DeliveryError(Exception):
    """A package could not be taken to its recipient: the message names it, the place and the cause."""


@dataclass(frozen=True)
class Delivery:
    """A package at its recipient. `is_new` is false when it had been there before; `mended` are files of it
    that were gone or had other bytes than were delivered, and are whole again.
    """

    address: str
    files: int
    sums_sha256: str
    is_new: bool
    mended: tuple[str, ...] = ()


def address_of(recipient: str) -> str:
    """Where a recipient takes its packages: as the settings say, else a folder of our own."""
    settings = get_settings()
    return settings.delivery_addresses.get(recipient, str(settings.delivery_dir / recipient))


def deliver(package: Path, recipient: str, name: str) -> Delivery:
    """Take a finished package to `name` below the recipient's address. Doing it again changes nothing, but
    mends what was damaged there since.

    An attempt that fails is repeated with growing pauses. Raises DeliveryError when all have failed, or when
    another package, or a file of somebody else's, lies there under the same name.
    """
    settings = get_settings()
    address = address_of(recipient)
    for attempt in range(1, settings.delivery_attempts + 1):
        try:
            return _deliver(package, address, _options(recipient), name)
        except DeliveryError:
            raise
        # Every filesystem has errors of its own, and some raise them as plain exceptions.
        except Exception as error:
            logger.warning("%s to %s, attempt %d: %s", name, address, attempt, error)
            if attempt == settings.delivery_attempts:
                raise DeliveryError(f"{name} could not be delivered to {address}: {error}") from error
            time.sleep(settings.delivery_pause_seconds * 2 ** (attempt - 1))
    raise AssertionError("at least one attempt is made")


def deliver_release(release_id: str, recipient: str, packages: list[tuple[Path, str]]) -> list[Delivery]:
    """Deliver the packages of a release, each under its name, and record it in the ledger.

    A failure is recorded, too. Raises DeliveryError.
    """
    try:
        done = [deliver(package, recipient, name) for package, name in packages]
    except DeliveryError as error:
        with connect("loader") as connection:
            payload = {"recipient": recipient, "cause": str(error)}
            append(connection, [Event("delivery.failed", release_id, payload)], at=clock.now())
            connection.commit()
        raise
    address, place = address_of(recipient), packages[-1][1]
    with connect("loader") as connection:
        inserted = connection.execute(
            "insert into ledger.extract_delivery"
            " (release_id, recipient, address, place, sums_sha256, delivered_at)"
            " values (%s, %s, %s, %s, %s, %s) on conflict do nothing returning 1",
            [release_id, recipient, address, place, done[-1].sums_sha256, clock.now()],
        ).fetchone()
        if inserted is not None:
            payload = {"address": address, "place": place, "sums_sha256": done[-1].sums_sha256}
            append(connection, [Event("release.delivered", release_id, payload)], at=clock.now())
        mended = {one.address: list(one.mended) for one in done if one.mended}
        if mended:
            append(
                connection,
                [Event("delivery.mended", release_id, {"recipient": recipient, "files": mended})],
                at=clock.now(),
            )
        connection.commit()
    return done


def _options(recipient: str) -> dict[str, Any]:
    secret = get_settings().delivery_options
    if secret is None:
        return {}
    options: dict[str, Any] = json.loads(secret.get_secret_value()).get(recipient, {})
    return options


def _deliver(package: Path, address: str, options: dict[str, Any], name: str) -> Delivery:
    from fsspec.core import url_to_fs

    filesystem, base = url_to_fs(address, **options)
    protocols = {filesystem.protocol} if isinstance(filesystem.protocol, str) else set(filesystem.protocol)
    target = posixpath.join(base, name)
    digest = hashlib.sha256((package / SUMS).read_bytes()).hexdigest()
    count = len(files_of(package))
    if filesystem.exists(posixpath.join(target, SUCCESS)):
        there = filesystem.cat_file(posixpath.join(target, SUCCESS)).decode("utf-8").strip()
        if there != digest:
            raise DeliveryError(
                f"{target} holds another package already, with checksums {there[:12]}, not {digest[:12]}:"
                " what was delivered is never overwritten; find out who wrote it"
            )
        return Delivery(target, count, digest, is_new=False, mended=_mend(filesystem, package, target))
    if filesystem.exists(posixpath.join(target, INCOMPLETE)):
        _put_in_place(filesystem, package, target, digest)  # what an interrupted delivery has left
    elif filesystem.exists(target) and filesystem.find(target):
        _complete(filesystem, package, target, digest)
    elif protocols & RENAMING:
        _put_and_rename(filesystem, package, target, digest)
    else:
        _put_in_place(filesystem, package, target, digest)
    return Delivery(target, count, digest, is_new=True)


def _mend(filesystem: Any, package: Path, target: str) -> tuple[str, ...]:
    """Put files of a delivered package there again that are gone or have other bytes; return their names."""
    broken = {**_missing(filesystem, package, target), **_differing(filesystem, package, target)}
    for name in sorted(broken):
        logger.warning("%s: %s %s since it was delivered; it is put there again", target, name, broken[name])
        _put_file(filesystem, package, target, name)
    return tuple(sorted(broken))


def _complete(filesystem: Any, package: Path, target: str, digest: str) -> None:
    """Make a folder whole that is there without our mark: the mark was taken away, or the folder is not ours.

    Raises DeliveryError when a file of the same name with other bytes lies there: it is somebody else's.
    """
    if others := _differing(filesystem, package, target):
        raise DeliveryError(
            f"{target} was not delivered by us and holds other files of the same names"
            f" ({', '.join(sorted(others))}): nothing was overwritten; find out who wrote them and move them"
        )
    for name in _missing(filesystem, package, target):
        _put_file(filesystem, package, target, name)
    filesystem.pipe_file(posixpath.join(target, SUCCESS), f"{digest}\n".encode())


def _missing(filesystem: Any, package: Path, target: str) -> dict[str, str]:
    names = [file.name for file in files_of(package)]
    return {name: "is gone" for name in names if not filesystem.exists(posixpath.join(target, name))}


def _differing(filesystem: Any, package: Path, target: str) -> dict[str, str]:
    return {
        file.name: "has other bytes"
        for file in files_of(package)
        if filesystem.exists(path := posixpath.join(target, file.name))
        and hashlib.sha256(filesystem.cat_file(path)).hexdigest() != file.sha256
    }


def _put_and_rename(filesystem: Any, package: Path, target: str, digest: str) -> None:
    parent, name = posixpath.split(target)
    partial = posixpath.join(parent, f".{name}.partial")
    if filesystem.exists(partial):
        filesystem.rm(partial, recursive=True)  # what an interrupted delivery has left
    _put(filesystem, package, partial)
    filesystem.pipe_file(posixpath.join(partial, SUCCESS), f"{digest}\n".encode())
    if filesystem.exists(target):
        filesystem.rmdir(target)  # an empty folder: renaming would put ours into it
    filesystem.mv(partial, target, recursive=True)


def _put_in_place(filesystem: Any, package: Path, target: str, digest: str) -> None:
    marker = posixpath.join(target, INCOMPLETE)
    filesystem.pipe_file(marker, b"")
    _put(filesystem, package, target)
    filesystem.rm_file(marker)
    filesystem.pipe_file(posixpath.join(target, SUCCESS), f"{digest}\n".encode())


def _put(filesystem: Any, package: Path, target: str) -> None:
    for file in files_of(package):
        _put_file(filesystem, package, target, file.name)


def _put_file(filesystem: Any, package: Path, target: str, name: str) -> None:
    """Write a file and read it back: what does not arrive as it was sent fails the attempt."""
    path = posixpath.join(target, name)
    filesystem.makedirs(posixpath.dirname(path), exist_ok=True)
    content = (package / name).read_bytes()
    filesystem.pipe_file(path, content)
    if filesystem.cat_file(path) != content:
        raise OSError(f"{path} arrived with other bytes than were sent")
