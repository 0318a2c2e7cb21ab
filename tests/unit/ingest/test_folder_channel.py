import os
from datetime import UTC, datetime

import pytest

from ingest.sources.channel import ChannelError, FileChangedError, RemoteFile
from ingest.sources.folder import FolderChannel


def addresses(channel, prefix=""):
    return [remote.source_uri for remote in channel.list(prefix)]


def put(root, address, content=b"x"):
    path = root / address
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_lists_recursively_in_the_order_of_addresses(tmp_path):
    for address in ["r/b/2.json", "r/a.json", "r/a/я.xlsx", "r/a/b/c/1.csv", "r/a-b/1.csv", "r/a/Z.csv"]:
        put(tmp_path, address)
    listed = addresses(FolderChannel(tmp_path))
    assert listed == sorted(listed)
    assert listed == ["r/a-b/1.csv", "r/a.json", "r/a/Z.csv", "r/a/b/c/1.csv", "r/a/я.xlsx", "r/b/2.json"]


def test_a_prefix_is_a_folder_or_a_file_and_may_be_missing(tmp_path):
    for address in ["r/a/1.csv", "r/ab/1.csv"]:
        put(tmp_path, address)
    channel = FolderChannel(tmp_path)
    assert addresses(channel, "r/a") == ["r/a/1.csv"]
    assert addresses(channel, "r/a/1.csv") == ["r/a/1.csv"]
    assert addresses(channel, "r/a/2.csv") == []
    assert addresses(channel, "nowhere") == []
    assert list(channel.names("r")) == ["a", "ab"]
    assert list(channel.names("nowhere")) == []


@pytest.mark.parametrize(
    "name",
    [
        "~$S1.xlsx",
        ".~lock.S1.xlsx#",
        ".hidden.xlsx",
        "S1.xlsx.part",
        "S1.xlsx.filepart",
        "S1.XLSX.CRDOWNLOAD",
        "S1.tmp",
        "Thumbs.db",
        "desktop.ini",
        ".git/S1.xlsx",
        "__MACOSX/S1.xlsx",
        "upload.part/S1.xlsx",
    ],
)
def test_temporary_and_system_files_are_no_files_of_the_sender(tmp_path, name):
    put(tmp_path, f"r/a/{name}")
    put(tmp_path, "r/a/S1.xlsx")
    channel = FolderChannel(tmp_path)
    assert addresses(channel) == ["r/a/S1.xlsx"]
    assert addresses(channel, f"r/a/{name}") == []


def test_links_lead_nowhere(tmp_path):
    outside = put(tmp_path / "outside", "secret.txt", b"secret")
    inbox = tmp_path / "inbox"
    put(inbox, "r/a/1.csv")
    (inbox / "r/a/link.csv").symlink_to(outside)
    (inbox / "r/b").symlink_to(outside.parent)
    (inbox / "r/a/loop").symlink_to(inbox)
    channel = FolderChannel(inbox)
    assert addresses(channel) == ["r/a/1.csv"]
    assert addresses(channel, "r/b") == []
    assert addresses(channel, "r/b/secret.txt") == []
    for address in ["r/a/link.csv", "r/b/secret.txt"]:
        with pytest.raises(ChannelError):
            channel.open(RemoteFile(address, "x", 6, datetime.now(UTC)))


@pytest.mark.parametrize(
    "address", ["../secret.txt", "r/../../secret.txt", "%2E%2E/secret.txt", "r/%2Fetc%2Fpasswd"]
)
def test_an_address_cannot_lead_out_of_the_inbox(tmp_path, address):
    put(tmp_path, "secret.txt")
    put(tmp_path, "inbox/r/a/1.csv")
    channel = FolderChannel(tmp_path / "inbox")
    with pytest.raises(ChannelError, match="leads out"):
        channel.open(RemoteFile(address, "secret.txt", 1, datetime.now(UTC)))
    with pytest.raises(ChannelError, match="leads out"):
        addresses(channel, address)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        (b"\xd4\xee\xf0\xec\xe0.xlsx", "r/a/%D4%EE%F0%EC%E0.xlsx"),  # «Форма» in Windows-1251
        (b"two\nlines.csv", "r/a/two%0Alines.csv"),
        (b"100%.csv", "r/a/100%.csv"),
        (b"100%25.csv", "r/a/100%2525.csv"),
        ("Отчёт «S1» (копия).xlsx".encode(), "r/a/Отчёт «S1» (копия).xlsx"),
    ],
)
def test_any_name_has_an_address_that_can_be_stored_and_opened(tmp_path, name, address):
    put(tmp_path, "r/a/other.csv")
    (tmp_path / "r/a" / os.fsdecode(name)).write_bytes(b"content")
    channel = FolderChannel(tmp_path)
    found = next(remote for remote in channel.list() if not remote.file_name.startswith("other"))
    assert found.source_uri == address
    address.encode("utf-8")
    with channel.open(found) as stream:
        assert stream.read() == b"content"
    assert list(channel.list(address)) == [found]


def test_the_time_of_arrival_is_exact_to_the_microsecond(tmp_path):
    path = put(tmp_path, "r/a/1.csv")
    os.utime(path, ns=(0, 1_759_467_600_123_456_789))
    (found,) = FolderChannel(tmp_path).list()
    assert found.modified_at == datetime(2025, 10, 3, 5, 0, 0, 123456, tzinfo=UTC)


def test_a_file_that_changed_since_it_was_listed_is_left_for_the_next_pull(tmp_path):
    path = put(tmp_path, "r/a/1.csv")
    channel = FolderChannel(tmp_path)
    (found,) = channel.list()
    path.write_bytes(b"longer")
    with pytest.raises(FileChangedError):
        channel.open(found)
    path.unlink()
    with pytest.raises(FileChangedError):
        channel.open(found)


def test_pipes_and_directories_are_not_opened(tmp_path):
    put(tmp_path, "r/a/1.csv")
    os.mkfifo(tmp_path / "r/a/pipe.csv")
    channel = FolderChannel(tmp_path)
    assert addresses(channel) == ["r/a/1.csv"]
    with pytest.raises(ChannelError, match="not a regular file"):
        channel.open(RemoteFile("r/a/pipe.csv", "pipe.csv", 0, datetime.now(UTC)))


def test_a_missing_inbox_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(ChannelError, match="ORIENTIR_INBOX_DIR"):
        list(FolderChannel(tmp_path / "nowhere").list())


def test_the_sender_is_told_by_the_folder():
    assert RemoteFile("r/740/S1.xlsx", "S1.xlsx", 1, datetime.now(UTC)).folder == "740"
    assert RemoteFile("r/740/a/S1.xlsx", "S1.xlsx", 1, datetime.now(UTC)).folder == "740"
    assert RemoteFile("r/S1.xlsx", "S1.xlsx", 1, datetime.now(UTC)).folder is None
