"""`orientir form compare`: what differs between two versions of a form."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED, USAGE, CommandError

if TYPE_CHECKING:
    from ingest.forms.contract import FormContract


class UnknownVersionError(CommandError):
    """There is no such version of a form and no such file."""

    exit_code = USAGE


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--fail-on-breaking", is_flag=True, help="Exit code 1 if files of OLD are wrong under NEW.")
@options.as_json
def compare(old: str, new: str, fail_on_breaking: bool, as_json: bool) -> None:
    """Tell what NEW adds, removes, renames, narrows; each is FORM:VERSION (S3:1.0.0) or a contract's file."""
    from ingest.forms.versions import compare as differences

    changes = differences(_contract(old), _contract(new))
    if as_json:
        options.print_json([asdict(change) for change in changes])
    else:
        for change in changes:
            click.echo(change)
        breaking = sum(change.is_breaking for change in changes)
        options.say(f"{len(changes)} changes, {breaking} of them breaking")
    if fail_on_breaking and any(change.is_breaking for change in changes):
        raise SystemExit(DATA_FAILED)


def _contract(named: str) -> FormContract:
    from ingest.forms.catalogue import build_contract, find_version
    from ingest.forms.contract_file import ContractFile

    if named.endswith((".yaml", ".yml")) and Path(named).is_file():
        return build_contract(ContractFile(Path(named)))
    code, _, version = named.partition(":")
    found = find_version(code.upper(), version)
    if found is None:
        raise UnknownVersionError(
            f"there is no {named!r}", hint="write FORM:VERSION, such as S3:1.0.0, or a contract's file"
        )
    return found
