"""`orientir form check FILE`: what would come of a file, before it is sent."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED, OK, USAGE, CommandError

if TYPE_CHECKING:
    from expectations.file_check import FileCheck

ACCEPTED = frozenset({"accepted", "accepted_with_warnings"})


class NoSuchSenderError(CommandError):
    """The registry of organisations does not list the ОГРН."""

    exit_code = USAGE


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--organisation", metavar="OGRN", help="Who sends the file. Default: whom the file names.")
@click.option("--region", metavar="CODE", help="Region of an organisation that no registry here lists.")
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the protocol into this folder: HTML, and XLSX where there are findings.",
)
@options.as_json
@click.pass_context
def check(
    context: click.Context,
    file: Path,
    *,
    organisation: str | None,
    region: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Check the filled form FILE as if it arrived now, without the database.

    The same reading, rules and protocol as after sending. Rules that compare with other forms, earlier
    periods or other organisations need the warehouse and are asked after sending; they never reject.

    Exit codes: 0 the file would be accepted, 1 it would be rejected, 2 wrong usage.
    """
    from expectations.file_check import UnknownSenderError, check_file
    from orientir.clock import adopt_demo_clock
    from publish.feedback.rehearsal import rehearsal_protocol, rehearsal_text, write_rehearsal
    from warehouse.settings import get_settings

    adopt_demo_clock()
    with file.open("rb") as stream:
        # one byte beyond the limit is enough for the reader to refuse the file
        content = stream.read(get_settings().max_file_bytes + 1)
    try:
        checked = check_file(content, file_name=file.name, ogrn=organisation, region_code=region)
    except UnknownSenderError as error:
        raise NoSuchSenderError(
            str(error), hint="без --organisation отправителем считается организация из файла"
        ) from error
    paths = write_rehearsal(checked, output) if output is not None else []
    if as_json:
        options.print_json({**_facts(checked), "protocol": [str(path) for path in paths]})
    else:
        click.echo(rehearsal_text(rehearsal_protocol(checked)))
        for path in paths:
            click.echo(path)
    context.exit(OK if checked.outcome in ACCEPTED else DATA_FAILED)


def _facts(checked: FileCheck) -> dict[str, Any]:
    due = checked.due
    return {
        "outcome": checked.outcome,
        "critical": checked.count("critical"),
        "warnings": checked.count("warning"),
        "file": checked.file_name,
        "sha256": checked.sha256,
        "form_code": checked.result.form_code,
        "form_version": checked.result.form_version,
        "period_code": checked.result.period_code,
        "ogrn": checked.ogrn,
        "region_code": checked.region_code,
        "due_on": due.due_on if due else None,
        "closes_on": due.closes_on if due else None,
        "checked_at": checked.checked_at.isoformat(),
        "findings": [asdict(finding) for finding in checked.findings],
        "not_checked": list(checked.not_checked),
    }
