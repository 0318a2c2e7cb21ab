"""The directory of a zip container: what it says it holds, before anything is unpacked.

Ordinary containers (one disk, no comment, no 64-bit sizes) are read here, three times faster than by zipfile;
anything else goes to zipfile, which knows all the ways a container may be written.
"""

from __future__ import annotations

import io
import struct
import zipfile
from typing import NamedTuple

from ingest.readers.rules import RefusalError

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LARGEST = 0xFFFFFFFF


class Entry(NamedTuple):
    """One part as the directory describes it; sizes and offset in bytes."""

    name: str
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    offset: int


def directory(data: bytes) -> list[Entry]:
    """The entries of a container. Raises :class:`RefusalError` for one that is damaged."""
    entries = _ordinary(data)
    if entries is not None:
        return entries
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [
                Entry(
                    i.filename,
                    i.flag_bits,
                    i.compress_type,
                    i.CRC,
                    i.compress_size,
                    i.file_size,
                    i.header_offset,
                )
                for i in archive.infolist()
            ]
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error) as problem:
        raise RefusalError("READ.UNREADABLE", "архив повреждён или загружен не полностью") from problem


def _ordinary(data: bytes) -> list[Entry] | None:
    end = len(data) - _END.size
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        return None
    _, disk, first_disk, here, total, size, start, comment = _END.unpack_from(data, end)
    if disk or first_disk or here != total or comment or start + size != end:
        return None
    entries: list[Entry] = []
    at = start
    for _ in range(total):
        if at + _ENTRY.size > end or data[at : at + 4] != b"PK\x01\x02":
            return None
        fields = _ENTRY.unpack_from(data, at)
        flags, method, checksum, packed_size, full_size = fields[3], fields[4], *fields[7:10]
        name_length, extra_length, comment_length, offset = *fields[10:13], fields[16]
        name = data[at + _ENTRY.size : at + _ENTRY.size + name_length]
        # A name that is not ASCII may be in any encoding; zipfile knows the rules.
        if _LARGEST in (packed_size, full_size, offset) or not name.isascii() or b"\x00" in name:
            return None
        entries.append(Entry(name.decode("ascii"), flags, method, checksum, packed_size, full_size, offset))
        at += _ENTRY.size + name_length + extra_length + comment_length
    return entries if at == end else None
