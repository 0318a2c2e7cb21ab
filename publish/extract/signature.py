"""Signing the checksums of an extract in the format of minisign, so that its recipient knows whose it is.

The key is a file that minisign or `orientir` has made; it never lies in the repository. docs/extracts.md
says how it is kept, changed and given to recipients, and where the ministry's own qualified signature goes.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from warehouse.settings import get_settings

SUFFIX = ".minisig"
PUBLIC_KEY = "orientir.pub"


class SigningKeyError(Exception):
    """The key named in the settings is missing, is no key, or its password is wrong."""


def sign(content: bytes, trusted_comment: str) -> bytes:
    """The detached signature of some content; equal content, comment and key give equal bytes.

    Raises SigningKeyError.
    """
    with _secret_key() as key:
        signature = key.sign(content, trusted_comment=trusted_comment)
    return bytes(signature) + b"\n"


def verify(content: bytes, signature: bytes, public_key: bytes) -> str:
    """Return the trusted comment of a signature. Raises minisign.VerifyError when it does not hold."""
    import minisign

    read = minisign.Signature.from_bytes(signature)
    minisign.PublicKey.from_bytes(public_key).verify(content, read)
    return str(read.trusted_comment)


def public_key() -> bytes:
    """The public key as the file that recipients are given."""
    with _secret_key() as key:
        return bytes(key.get_public_key()) + b"\n"


def _secret_key() -> Any:
    import minisign

    settings = get_settings()
    path = settings.signing_key_file or settings.var_dir / "keys" / "orientir.key"
    if settings.signing_key_file is None:
        _make_key(path)
    try:
        key = minisign.SecretKey.from_file(path)
        if key.is_encrypted():
            password = settings.signing_key_password
            if password is None:
                raise SigningKeyError(f"the key {path} has a password: set ORIENTIR_SIGNING_KEY_PASSWORD")
            key.decrypt(password.get_secret_value())
    except (OSError, minisign.Error) as error:
        raise SigningKeyError(f"the signing key {path} cannot be used: {error}") from error
    return key


def _make_key(path: Path) -> None:
    """Make a key of our own on the first run. Of two processes that try, both use the key of one."""
    if path.exists():
        return
    import minisign

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pair = minisign.KeyPair.generate()
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(bytes(pair.secret_key) + b"\n")
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
