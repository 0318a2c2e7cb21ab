"""The version of everything that decides what reading a file finds."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from ingest.forms.catalogue import all_contracts
from ingest.readers.rules import RULES_FILE


@lru_cache(maxsize=1)
def reading_version() -> str:
    """``read-`` and twelve hexadecimal digits over the readers, their rules and all contracts."""
    from ingest.readers.read import READER_VERSION

    digest = hashlib.sha256(RULES_FILE.read_bytes())
    digest.update(READER_VERSION.encode())
    for contract in all_contracts():
        digest.update(contract.sha256.encode())
    return f"read-{digest.hexdigest()[:12]}"
