"""`orientir form`: the contracts of the forms."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orientir.commands import options
from orientir.commands.form_check import check
from orientir.commands.form_compare import compare
from orientir.commands.form_files import FILE_COMMANDS
from orientir.commands.form_lookup import known_contract
from orientir.failures import DataError

if TYPE_CHECKING:
    from ingest.forms.contract import Field, FormContract

STAGING = Path("dbt_project/models/staging")


def form_as_data(contract: FormContract, versions: list[FormContract]) -> dict[str, Any]:
    """What ``form show --json`` prints: the newest version, and which versions there are."""
    serves: dict[str, list[str]] = {}
    for measure, fields in contract.measures.items():
        for place in fields:
            serves.setdefault(place, []).append(measure)
    return {
        "code": contract.code,
        "version": contract.version,
        "versions": [
            {"version": c.version, "valid_from": c.valid_from, "valid_to": c.valid_to} for c in versions
        ],
        "title": contract.title,
        "submitter": contract.submitter,
        "period": contract.period_type,
        "formats": list(contract.formats),
        "sections": [
            {
                "section": section.name,
                "title": section.title,
                "layout": section.layout,
                "sheet": section.sheet,
                "table": f"raw.{section.table}",
                "rows": dict(section.rows),
                "fields": [
                    _field_as_data(field, serves.get(f"{section.name}.{field.name}", []))
                    for field in section.fields
                ],
            }
            for section in contract.sections
        ],
    }


def _field_as_data(field: Field, measures: list[str]) -> dict[str, Any]:
    known = field.prefilled_from
    return {
        "name": field.name,
        "title": field.title,
        "type": field.type,
        "unit": field.unit,
        "minimum": field.minimum,
        "maximum": field.maximum,
        "codes": dict(field.codes),
        "code_list": field.code_list,
        "required": field.required,
        "personal": field.personal,
        "sum_of": list(field.sum_of),
        "prefilled_from": None if known is None else {"field": known.address, "rows": list(known.rows)},
        "measures": measures,
    }


@click.group()
def form() -> None:
    """List, show and check forms; write blank templates."""


@form.command("list")
@options.as_json
def list_forms(as_json: bool) -> None:
    """List the forms: who sends them, how often, in which formats and versions."""
    from ingest.forms.catalogue import all_contracts, load_contracts

    rows = [
        {
            "code": contract.code,
            "versions": [c.version for c in all_contracts() if c.code == contract.code],
            "title": contract.title,
            "submitter": contract.submitter,
            "rhythm": contract.rhythm,
            "period": contract.period_type,
            "formats": list(contract.formats),
            "sections": [section.name for section in contract.sections],
            "measures": list(contract.measures),
        }
        for contract in load_contracts().values()
    ]
    if as_json:
        options.print_json(rows)
        return
    for row in rows:
        first = f"{row['code']:4} {', '.join(row['versions']):13} {row['submitter']:20} {row['period']:12}"
        click.echo(f"{first} {', '.join(row['formats']):6} {len(row['measures']):2} measures  {row['title']}")


@form.command()
@click.argument("code")
@options.as_json
def show(code: str, as_json: bool) -> None:
    """Show the form CODE: versions, sections, fields, the measures they serve, where they are known from."""
    from ingest.forms.catalogue import all_contracts

    contract = known_contract(code)
    versions = [c for c in all_contracts() if c.code == contract.code]
    if as_json:
        options.print_json(form_as_data(contract, versions))
        return
    click.echo(f"{contract.code}  {contract.title}")
    for version in versions:
        until = f"to {version.valid_to}" if version.valid_to else ""
        click.echo(f"  version {version.version}, for periods from {version.valid_from} {until}".rstrip())
    click.echo(f"  sent by {contract.submitter} per {contract.period_type}, as {', '.join(contract.formats)}")
    for section in contract.sections:
        place = f"sheet «{section.sheet}», " if section.sheet else ""
        click.echo(f"\n{section.name} ({section.layout}, {place}raw.{section.table})  {section.title}")
        for field in section.fields:
            marks = "".join((" *" if field.required else "", " personal" if field.personal else ""))
            click.echo(f"  {field.name:32} {field.type:8} {field.unit or '':6} {field.title}{marks}")
            if field.prefilled_from is not None:
                rows = f", rows {', '.join(field.prefilled_from.rows)}" if field.prefilled_from.rows else ""
                click.echo(f"  {'':32} known from {field.prefilled_from.address}{rows}")
    click.echo("\nmeasures")
    for measure, fields in contract.measures.items():
        click.echo(f"  {measure:9} {', '.join(fields)}")


@form.command("check-contracts")
def check_contracts_() -> None:
    """Check every contract: the ODCS schema, and that what is generated from them is up to date."""
    from expectations.rule_docs import rules_markdown_drifted
    from ingest.calendar.measure_windows import measure_windows_drifted
    from ingest.forms.catalogue import check_contracts, load_contracts
    from ingest.forms.dbt_facts import facts_drifted
    from ingest.forms.dbt_sources import drifted
    from ingest.forms.form_list import form_list_drifted
    from ingest.forms.served_measures import measure_fields_drifted
    from orientir.indicator_union import indicator_union_drifted
    from warehouse.settings import get_settings

    check_contracts()
    project = get_settings().project_dir
    outdated = drifted(project / STAGING) + measure_fields_drifted(project, load_contracts())
    outdated += measure_windows_drifted(project) + form_list_drifted(project)
    outdated += indicator_union_drifted(project) + facts_drifted(project) + rules_markdown_drifted(project)
    if outdated:
        raise DataError(
            f"generated files are out of date: {', '.join(outdated)}",
            hint="run `orientir form generate`",
        )
    options.say("contracts hold, generated files are up to date")


@form.command()
def generate() -> None:
    """Write what follows from contracts, rules, road maps and the registry: dbt files and docs/rules.md."""
    from expectations.rule_docs import rules_markdown_drifted, write_rules_markdown
    from ingest.calendar.measure_windows import write_measure_windows
    from ingest.forms.catalogue import load_contracts
    from ingest.forms.dbt_facts import write_facts
    from ingest.forms.dbt_sources import write_staging
    from ingest.forms.form_list import write_form_list
    from ingest.forms.served_measures import write_measure_fields
    from orientir.indicator_union import write_indicator_union
    from warehouse.settings import get_settings

    project = get_settings().project_dir
    written = write_staging(project / STAGING) + write_measure_fields(project, load_contracts())
    written += write_measure_windows(project) + write_form_list(project)
    written += write_facts(project)
    if rules_markdown_drifted(project):
        written.append(write_rules_markdown(project))
    for path in written + write_indicator_union(project):
        click.echo(path)


for command in (check, compare, *FILE_COMMANDS):
    form.add_command(command)

COMMANDS = {"form": form}
