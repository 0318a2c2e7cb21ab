"""`orientir form template | templates | dictionary | rules`: what organisations get of the forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orientir.commands import options
from orientir.commands.form_lookup import UnknownFormError, known_contract
from orientir.failures import USAGE, CommandError

if TYPE_CHECKING:
    from ingest.forms.contract import FormContract
    from ingest.forms.known_values import KnownValues


class WrongBlankError(CommandError):
    """This blank cannot be prepared: the organisation, the period or the format does not fit the form."""

    exit_code = USAGE


_folder = click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write into; made where it is missing.",
)


@click.command()
@click.argument("code")
@click.option("--organisation", metavar="OGRN", help="Fill in what the registry knows of this organisation.")
@click.option("--period", metavar="PERIOD", help="And what its accepted forms hold for the period.")
@click.option("--region", metavar="CODE", help="Offer the codes of one region in the lists.")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to. Its suffix chooses among the form's formats. Default: CODE_VERSION.xlsx here.",
)
def template(
    code: str, organisation: str | None, period: str | None, region: str | None, output: Path | None
) -> None:
    """Write the blank of the form CODE, as organisations fill it: empty, or with what is known filled in."""
    from ingest.forms.blank_files import blank_file, blank_name
    from ingest.forms.known_values import KnownValues

    contract = known_contract(code)
    if organisation is not None:
        contract, known = _known(contract, organisation, period)
    elif period is not None:
        raise WrongBlankError("--period needs --organisation", hint="add --organisation OGRN")
    else:
        known = KnownValues(region_code=_known_region(region))
    suffix = contract.formats[0] if output is None else output.suffix.lstrip(".").lower()
    if suffix not in contract.formats:
        formats = ", ".join(f".{f}" for f in contract.formats)
        raise WrongBlankError(
            f"form {contract.code} is not sent as {suffix or 'a file without suffix'!r}",
            hint=f"give the file one of these suffixes: {formats}",
        )
    target = output or Path(blank_name(contract, suffix))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(blank_file(contract, suffix, known))
    for missing in known.missing:
        options.say(f"не заполнено: {missing}")
    click.echo(target)


@click.command()
@click.argument("codes", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every form of the region or regions.")
@options.region
@_folder
def templates(codes: tuple[str, ...], everything: bool, region: str, output: Path) -> None:
    """Write the blanks of the forms CODES, or of all, by region: OUTPUT/REGION/FORM_VERSION."""
    from publish.forms.blanks import all_blanks, write_blanks

    if everything == bool(codes):
        raise UnknownFormError("name the forms, or say --all", hint="orientir form templates --all -o DIR")
    wanted = {known_contract(code).code for code in codes}
    blanks = all_blanks(None if region == "all" else _known_region(region))
    for path in write_blanks([b for b in blanks if everything or b.contract.code in wanted], output):
        click.echo(path)


@click.command()
@_folder
def dictionary(output: Path) -> None:
    """Write the data dictionary in Russian: one HTML page and one workbook."""
    from publish.forms.dictionary_files import write_dictionary

    for path in write_dictionary(output):
        click.echo(path)


@click.command()
@click.option(
    "--output",
    "-o",
    default="rules.xlsx",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to.",
)
def rules(output: Path) -> None:
    """Write the workbook of all rules, for organisations: what is checked, how severely, what to do."""
    from expectations.rule_workbook import rules_workbook

    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(rules_workbook())
    click.echo(output)


FILE_COMMANDS: tuple[click.Command, ...] = (template, templates, dictionary, rules)


def _known(contract: FormContract, ogrn: str, period: str | None) -> tuple[FormContract, KnownValues]:
    """The version in force for the period, and what is known for it."""
    from ingest.forms.catalogue import contract as contract_on
    from ingest.forms.known_values import UnknownOrganisationError, known_values
    from ingest.periods import parse_period
    from warehouse.connection import connect

    try:
        if period is not None:
            contract = contract_on(contract.code, parse_period(period).starts_on)
        options.open_database()
        with connect("auditor") as connection:
            return contract, known_values(connection, contract, ogrn, period)
    except UnknownOrganisationError as error:
        raise WrongBlankError(str(error), hint="`orientir pull` loads the registry") from error
    except (ValueError, KeyError) as error:
        raise WrongBlankError(str(error.args[0]), hint="see `orientir form show`") from error


def _known_region(code: str | None) -> str | None:
    from ingest.sources.regions import region

    return None if code is None else region(code).region_code
