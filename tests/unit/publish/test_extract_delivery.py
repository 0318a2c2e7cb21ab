"""A package arrives once and whole; what was delivered before stays; a failure is tried again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from publish.extract import delivery
from publish.extract.delivery import INCOMPLETE, SUCCESS, DeliveryError, deliver
from publish.packages import write_checksums
from warehouse.settings import get_settings

NAME = "tyumen/2026-Q2/r1"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "r1"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "таблица.csv").write_text("a,b\r\n1,2\r\n", encoding="utf-8")
    (folder / "datapackage.json").write_text("{}", encoding="utf-8")
    write_checksums(folder)
    return folder


@pytest.fixture(params=["folder", "memory", "object store"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder, fsspec's filesystem in memory, and the same without renaming, as in an object store."""
    address = str(tmp_path / "recipient") if request.param == "folder" else "memory://recipient"
    if request.param == "object store":
        monkeypatch.setattr(delivery, "RENAMING", frozenset())
    monkeypatch.setenv("ORIENTIR_DELIVERY_ADDRESSES", f'{{"ministry": "{address}"}}')
    monkeypatch.setenv("ORIENTIR_DELIVERY_PAUSE_SECONDS", "0")
    get_settings.cache_clear()
    yield address
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    monkeypatch.undo()
    get_settings.cache_clear()


def files(address: str) -> dict[str, bytes]:
    from fsspec.core import url_to_fs

    filesystem, base = url_to_fs(address)
    if not filesystem.exists(base):
        return {}
    names = filesystem.find(base)
    return {name.removeprefix(base).lstrip("/"): filesystem.cat_file(name) for name in names}


def test_a_package_arrives_whole_and_once(package: Path, place: str) -> None:
    first = deliver(package, "ministry", NAME)
    there = files(place)
    digest = hashlib.sha256((package / "SHA256SUMS").read_bytes()).hexdigest()
    assert set(there) == {
        f"{NAME}/{name}" for name in ("data/таблица.csv", "datapackage.json", "SHA256SUMS", SUCCESS)
    }
    assert there[f"{NAME}/{SUCCESS}"].decode().strip() == digest == first.sums_sha256
    assert there[f"{NAME}/data/таблица.csv"] == b"a,b\r\n1,2\r\n"
    again = deliver(package, "ministry", NAME)
    assert (first.is_new, again.is_new) == (True, False)
    assert files(place) == there


def test_another_package_never_takes_the_place_of_one(package: Path, place: str) -> None:
    deliver(package, "ministry", NAME)
    there = files(place)
    (package / "datapackage.json").write_text('{"name": "other"}', encoding="utf-8")
    write_checksums(package)
    with pytest.raises(DeliveryError, match="holds another package already"):
        deliver(package, "ministry", NAME)
    assert files(place) == there


def test_what_was_damaged_since_is_made_good_and_files_of_the_recipients_own_stay(
    package: Path, place: str
) -> None:
    from fsspec.core import url_to_fs

    deliver(package, "ministry", NAME)
    whole = files(place)
    filesystem, base = url_to_fs(place)
    filesystem.rm_file(f"{base}/{NAME}/datapackage.json")
    filesystem.pipe_file(f"{base}/{NAME}/data/таблица.csv", b"a,b\r\n1,3\r\n")
    filesystem.pipe_file(f"{base}/{NAME}/заметки.txt", "наше".encode())
    again = deliver(package, "ministry", NAME)
    assert (again.is_new, again.mended) == (False, ("data/таблица.csv", "datapackage.json"))
    assert files(place) == {**whole, f"{NAME}/заметки.txt": "наше".encode()}
    assert deliver(package, "ministry", NAME).mended == ()


def test_a_folder_without_our_mark_loses_nothing(package: Path, place: str) -> None:
    """The recipient has taken the mark away, or has made the folder."""
    from fsspec.core import url_to_fs

    filesystem, base = url_to_fs(place)
    filesystem.makedirs(f"{base}/{NAME}")
    filesystem.pipe_file(f"{base}/{NAME}/заметки.txt", "наше".encode())
    assert deliver(package, "ministry", NAME).is_new
    whole = files(place)
    assert whole[f"{NAME}/заметки.txt"] == "наше".encode()
    assert f"{NAME}/{SUCCESS}" in whole
    filesystem.rm_file(f"{base}/{NAME}/{SUCCESS}")
    assert deliver(package, "ministry", NAME).is_new
    assert files(place) == whole
    filesystem.rm_file(f"{base}/{NAME}/{SUCCESS}")
    filesystem.pipe_file(f"{base}/{NAME}/datapackage.json", b"somebody else's")
    before = files(place)
    with pytest.raises(DeliveryError, match=r"holds other files of the same names \(datapackage.json\)"):
        deliver(package, "ministry", NAME)
    assert files(place) == before


def test_a_package_takes_the_place_of_an_empty_folder(package: Path, place: str) -> None:
    from fsspec.core import url_to_fs

    filesystem, base = url_to_fs(place)
    filesystem.makedirs(f"{base}/{NAME}")
    deliver(package, "ministry", NAME)
    assert f"{NAME}/{SUCCESS}" in files(place)


def test_a_delivery_cut_off_is_not_taken_for_one_and_is_made_good(
    package: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(package, "ministry", "tyumen/2026-Q1/r1")
    before = files(place)
    whole = delivery._put

    def half(filesystem: Any, folder: Path, target: str) -> None:
        filesystem.makedirs(target, exist_ok=True)
        filesystem.pipe_file(f"{target}/datapackage.json", b"{")
        raise ConnectionError("the line is dead")

    monkeypatch.setattr(delivery, "_put", half)
    with pytest.raises(DeliveryError, match=r"2026-Q2/r1 could not be delivered to .*: the line is dead"):
        deliver(package, "ministry", NAME)
    left = files(place)
    assert before.items() <= left.items()  # the earlier delivery is as it was
    assert f"{NAME}/{SUCCESS}" not in left
    read = {name for name in left if name.startswith(NAME)}
    assert read == set() or f"{NAME}/{INCOMPLETE}" in left
    monkeypatch.setattr(delivery, "_put", whole)
    assert deliver(package, "ministry", NAME).is_new
    now = files(place)
    assert before.items() <= now.items()
    assert not [name for name in now if name.endswith(INCOMPLETE) or ".partial" in name]
    assert now[f"{NAME}/datapackage.json"] == b"{}"


def test_a_failure_is_tried_again(package: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, failures = delivery._put, [OSError("once"), OSError("twice")]

    def unsteady(*args: Any) -> None:
        if failures:
            raise failures.pop()
        whole(*args)

    monkeypatch.setattr(delivery, "_put", unsteady)
    assert deliver(package, "ministry", NAME).is_new
    assert f"{NAME}/{SUCCESS}" in files(place)


def test_what_arrives_otherwise_than_sent_is_no_delivery(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIENTIR_DELIVERY_ADDRESSES", '{"ministry": "memory://lossy"}')
    monkeypatch.setenv("ORIENTIR_DELIVERY_PAUSE_SECONDS", "0")
    get_settings.cache_clear()
    kept = MemoryFileSystem.pipe_file
    monkeypatch.setattr(
        MemoryFileSystem, "pipe_file", lambda self, path, value, **k: kept(self, path, value[:-1], **k)
    )
    try:
        with pytest.raises(DeliveryError, match="other bytes than were sent"):
            deliver(package, "ministry", NAME)
    finally:
        MemoryFileSystem.store.clear()
        monkeypatch.undo()
        get_settings.cache_clear()


def test_without_an_address_a_package_goes_to_a_folder_of_our_own(package: Path) -> None:
    deliver(package, "nobody", NAME)
    assert (get_settings().delivery_dir / "nobody" / NAME / SUCCESS).is_file()
