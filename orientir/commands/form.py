"""`orientir form`: the contracts of the forms."""

from __future__ import annotations

from pathlib import Path

import click

from orientir.commands import options
from orientir.commands.form_check import check
from orientir.failures import USAGE, CommandError, DataError

STAGING = Path("dbt_project/models/staging")


class UnknownFormError(CommandError):
    """There is no form with this code."""

    exit_code = USAGE


def _contract(code: str):  # type: ignore[no-untyped-def]
    from ingest.forms.catalogue import load_contracts

    known = load_contracts()
    if code.upper() not in known:
        raise UnknownFormError(f"there is no form {code!r}", hint=f"the forms are {', '.join(known)}")
    return known[code.upper()]


@click.group()
def form() -> None:
    """List, show and check forms; write blank templates."""


@form.command("list")
@options.as_json
def list_forms(as_json: bool) -> None:
    """List the forms: who sends them, how often, in which formats."""
    from ingest.forms.catalogue import load_contracts

    rows = [
        {
            "code": contract.code,
            "version": contract.version,
            "title": contract.title,
            "submitter": contract.submitter,
            "rhythm": contract.rhythm,
            "formats": list(contract.formats),
        }
        for contract in load_contracts().values()
    ]
    if as_json:
        options.print_json(rows)
        return
    for row in rows:
        first = f"{row['code']:4} {row['version']:7} {row['submitter']:18} {row['rhythm']:12}"
        click.echo(f"{first} {', '.join(row['formats']):6} {row['title']}")


@form.command()
@click.argument("code")
@options.as_json
def show(code: str, as_json: bool) -> None:
    """Show the sections and fields of the form CODE."""
    contract = _contract(code)
    sections = [
        {
            "section": section.name,
            "title": section.title,
            "layout": section.layout,
            "table": f"raw.{section.table}",
            "fields": [
                {
                    "name": field.name,
                    "title": field.title,
                    "type": field.type,
                    "unit": field.unit,
                    "required": field.required,
                    "personal": field.personal,
                }
                for field in section.fields
            ],
        }
        for section in contract.sections
    ]
    if as_json:
        options.print_json(
            {
                "code": contract.code,
                "version": contract.version,
                "title": contract.title,
                "sections": sections,
            }
        )
        return
    click.echo(f"{contract.code} {contract.version}  {contract.title}")
    for section in contract.sections:
        click.echo(f"\n{section.name} ({section.layout}, raw.{section.table})  {section.title}")
        for field in section.fields:
            marks = "".join((" *" if field.required else "", " personal" if field.personal else ""))
            click.echo(f"  {field.name:32} {field.type:8} {field.unit or '':6} {field.title}{marks}")


@form.command()
@click.argument("code")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to. Default: CODE_VERSION.xlsx here.",
)
def template(code: str, output: Path | None) -> None:
    """Write the blank workbook of the form CODE, as organisations fill it."""
    from ingest.forms.template import blank_workbook

    contract = _contract(code)
    target = output or Path(f"{contract.code}_{contract.version}.xlsx")
    try:
        content = blank_workbook(contract)
    except ValueError as error:
        raise UnknownFormError(str(error)) from error
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    click.echo(target)


@form.command("check-contracts")
def check_contracts_() -> None:
    """Check every contract: the ODCS schema, and that what is generated from them is up to date."""
    from ingest.calendar.measure_windows import measure_windows_drifted
    from ingest.forms.catalogue import check_contracts, load_contracts
    from ingest.forms.dbt_sources import drifted
    from ingest.forms.served_measures import measure_fields_drifted
    from warehouse.settings import get_settings

    check_contracts()
    project = get_settings().project_dir
    outdated = drifted(project / STAGING) + measure_fields_drifted(project, load_contracts())
    outdated += measure_windows_drifted(project)
    if outdated:
        raise DataError(
            f"generated files are out of date: {', '.join(outdated)}",
            hint="run `orientir form generate`",
        )
    options.say("contracts hold, generated files are up to date")


@form.command()
def generate() -> None:
    """Write what follows from the contracts and the road maps into the dbt project."""
    from ingest.calendar.measure_windows import write_measure_windows
    from ingest.forms.catalogue import load_contracts
    from ingest.forms.dbt_sources import write_staging
    from ingest.forms.served_measures import write_measure_fields
    from warehouse.settings import get_settings

    project = get_settings().project_dir
    written = write_staging(project / STAGING) + write_measure_fields(project, load_contracts())
    for path in written + write_measure_windows(project):
        click.echo(path)


form.add_command(check)

COMMANDS = {"form": form}
