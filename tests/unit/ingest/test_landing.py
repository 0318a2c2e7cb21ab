import hashlib
import io
import os
import stat
import threading
from pathlib import Path

import pytest

from ingest import landing

CONTENT = "Отчёт".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def test_a_content_lies_under_its_hash_and_cannot_be_written_to(tmp_path):
    blob = landing.store(io.BytesIO(CONTENT), tmp_path)
    assert (blob.sha256, blob.size) == (SHA256, len(CONTENT))
    assert blob.path == tmp_path / SHA256[:2] / SHA256
    assert blob.path.read_bytes() == CONTENT
    assert stat.S_IMODE(blob.path.stat().st_mode) == 0o440


def test_storing_again_changes_nothing(tmp_path):
    first = landing.store(io.BytesIO(CONTENT), tmp_path)
    before = first.path.stat()
    assert landing.store(io.BytesIO(CONTENT), tmp_path) == first
    after = first.path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_stream_that_breaks_off_leaves_nothing(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("connection lost")

    with pytest.raises(OSError, match="connection lost"):
        landing.store(Broken(), tmp_path)
    assert [name for _, _, names in os.walk(tmp_path) for name in names] == []


def test_many_at_once_store_one_blob(tmp_path):
    content = os.urandom(3_000_000)
    threads = [threading.Thread(target=landing.store, args=(io.BytesIO(content), tmp_path)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = [name for _, _, names in os.walk(tmp_path) for name in names]
    assert files == [hashlib.sha256(content).hexdigest()]
    landing.verify_blob(files[0], tmp_path)


def test_damage_is_found_and_mended_by_the_next_arrival(tmp_path):
    blob = landing.store(io.BytesIO(CONTENT), tmp_path)
    blob.path.chmod(0o640)
    blob.path.write_bytes(CONTENT[:-1])
    with pytest.raises(landing.LandingError, match="damaged"):
        landing.verify_blob(SHA256, tmp_path)
    landing.store(io.BytesIO(CONTENT), tmp_path)
    landing.verify_blob(SHA256, tmp_path)


def test_a_missing_content_says_what_to_do(tmp_path):
    with pytest.raises(landing.LandingError, match="restore var/landing"):
        landing.open_blob(SHA256, tmp_path)


def test_contents_that_arrive_together_are_there_when_the_block_has_ended(tmp_path):
    contents = [f"Отчёт {number}".encode() for number in range(20)]
    with landing.Intake(tmp_path) as intake:
        blobs = [intake.store(io.BytesIO(content)) for content in [*contents, contents[0]]]
        assert not blobs[0].path.exists()
    assert [blob.path.read_bytes() for blob in blobs] == [*contents, contents[0]]
    assert list((tmp_path / "incoming").iterdir()) == []


def test_bytes_are_on_the_disk_before_their_name_is(tmp_path, monkeypatch):
    """A power cut must not leave a name without its bytes, nor a receipt without its blob."""
    steps = []
    sync, rename = os.fsync, Path.replace

    def synced(descriptor):
        steps.append("directory" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "bytes")
        sync(descriptor)

    def renamed(path, target):
        steps.append("name")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    with landing.Intake(tmp_path) as intake:
        for number in range(3):
            intake.store(io.BytesIO(b"%d" % number))
    assert steps[:6] == ["bytes"] * 3 + ["name"] * 3
    assert steps[6:] == ["directory"] * 4  # three folders and the one that holds them


def test_a_block_that_fails_stores_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), landing.Intake(tmp_path) as intake:
        intake.store(io.BytesIO(CONTENT))
        _ = 1 // 0
    assert [name for _, _, names in os.walk(tmp_path) for name in names] == []


def test_a_stream_that_breaks_off_spoils_no_other(tmp_path):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("connection lost")

    with landing.Intake(tmp_path) as intake:
        blob = intake.store(io.BytesIO(CONTENT))
        with pytest.raises(OSError, match="connection lost"):
            intake.store(Broken())
    assert blob.path.read_bytes() == CONTENT
