"""Finding the form that a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orientir.failures import USAGE, CommandError

if TYPE_CHECKING:
    from ingest.forms.contract import FormContract


class UnknownFormError(CommandError):
    """There is no form with this code."""

    exit_code = USAGE


def known_contract(code: str) -> FormContract:
    """The form of that code in its newest version. Raises :class:`UnknownFormError`."""
    from ingest.forms.catalogue import load_contracts

    known = load_contracts()
    if code.upper() not in known:
        raise UnknownFormError(f"there is no form {code!r}", hint=f"the forms are {', '.join(known)}")
    return known[code.upper()]
