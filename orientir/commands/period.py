"""`orientir period`: when what is reported stops to count, and for whom it counts still."""

from __future__ import annotations

from dataclasses import asdict

import click

from orientir.commands import options

region_code = click.option("--region", required=True, metavar="CODE", help="Code of the region.")
as_approver = click.option(
    "--as", "approver", required=True, metavar="NAME", help="Who decides: one of ORIENTIR_APPROVERS."
)


@click.group()
def period() -> None:
    """Close and reopen reporting periods; show what came after closing.

    PERIOD is a school year (2025-2026), a half-year (2025-H2), a quarter (2025-Q4) or a month (2025-09). A
    longer one covers the shorter ones in it.
    """


@period.command()
@click.argument("code", metavar="PERIOD")
@region_code
@as_approver
@click.option(
    "--at",
    metavar="MOMENT",
    help="As of which moment, as 2026-07-20T09:00:00+05:00. Default: when the inbox was last pulled.",
)
@click.option("--comment", default="", metavar="TEXT", help="Words for the ledger.")
@options.as_json
def close(code: str, region: str, approver: str, *, at: str | None, comment: str, as_json: bool) -> None:
    """Close a PERIOD: what is received later is kept and waits for the next release.

    What has arrived since the last `orientir pull` is not known: a period is closed as of that moment at the
    latest. Closing again moves the moment on and takes in what waited; so does closing a later period of the
    same kind.
    """
    from ingest.ledger.closings import close_period
    from orientir import build, steps
    from publish.approval import title_of

    options.open_database()
    title_of(approver)
    (chosen,) = steps.regions(region)
    closing = close_period(chosen, code, approver, comment, build.moment(at) if at else None)
    if as_json:
        options.print_json(asdict(closing))
    else:
        click.echo(
            f"{closing.period_code} is closed in {chosen}: what came after"
            f" {options.moment(closing.counts_until)} waits for the next release"
        )
        if closing.taken_in:
            click.echo(f"{closing.taken_in} reports that waited count now: `orientir build` takes them in")


@period.command()
@click.argument("code", metavar="PERIOD")
@region_code
@as_approver
@click.option("--name", required=True, metavar="TEXT", help="What the exception is for, such as a letter.")
@click.option("--until", required=True, metavar="MOMENT", help="When it ends, as 2026-08-01T18:00:00+05:00.")
@click.option("--form", "form_code", metavar="FORM", help="One form only.")
@click.option("--organisation", "ogrn", metavar="OGRN", help="One organisation only.")
@options.as_json
def reopen(
    code: str,
    region: str,
    approver: str,
    *,
    name: str,
    until: str,
    form_code: str | None,
    ogrn: str | None,
    as_json: bool,
) -> None:
    """Let what is received from now until a moment count in a closed PERIOD."""
    from ingest.forms.catalogue import load_contracts
    from ingest.ledger.closings import reopen_period
    from orientir import build, steps
    from publish.approval import title_of

    options.open_database()
    title_of(approver)
    (chosen,) = steps.regions(region)
    if form_code is not None and form_code not in load_contracts():
        raise steps.UnknownNameError(
            f"there is no form {form_code!r}", hint="`orientir form list` names them"
        )
    granted = reopen_period(
        chosen, code, name=name, by=approver, until=build.moment(until), form_code=form_code, ogrn=ogrn
    )
    if as_json:
        options.print_json(asdict(granted))
    else:
        whom = f"{granted.form_code or 'all forms'} of {granted.ogrn or 'all organisations'}"
        click.echo(
            f"{granted.period_code} is open in {chosen} for {whom}"
            f" until {options.moment(granted.expires_at)}: {granted.name}"
        )


@period.command()
@options.region
@options.as_json
def show(region: str, as_json: bool) -> None:
    """Show closings, exceptions, and what came after closing and waits for the next release."""
    from ingest.ledger.closings import closings, exceptions, late_submissions
    from orientir import steps
    from warehouse import clock
    from warehouse.connection import connect

    options.open_database()
    chosen = None if region == steps.ALL_REGIONS else steps.regions(region)[0]
    now = clock.now()
    with connect("auditor") as connection:
        closed = closings(connection, chosen)
        excepted = exceptions(connection, chosen)
        late = late_submissions(connection, chosen)
    if as_json:
        options.print_json(
            {
                "closings": [asdict(one) for one in closed],
                "exceptions": [{**asdict(one), "is_open": one.expires_at > now} for one in excepted],
                "after_closing": [asdict(one) for one in late],
            }
        )
        return
    for one in closed:
        click.echo(
            f"closed    {one.region_code} {one.period_code} as of {options.moment(one.counts_until)}"
            f" by {one.closed_by}{f': {one.comment}' if one.comment else ''}"
        )
    for leave in excepted:
        state = "open" if leave.expires_at > now else "expired"
        whom = f"{leave.form_code or 'all forms'} of {leave.ogrn or 'all organisations'}"
        click.echo(
            f"{state:9} {leave.region_code} {leave.period_code} «{leave.name}»: {whom},"
            f" from {options.moment(leave.granted_at)} until {options.moment(leave.expires_at)},"
            f" granted by {leave.granted_by}"
        )
    for report in late:
        click.echo(
            f"late      {report.region_code} {report.ogrn} {report.form_code} {report.period_code}"
            f" revision {report.revision}, received {options.moment(report.received_at)},"
            f" {report.outcome or 'undecided'}: waits for the next release"
        )
    if not closed:
        options.say("no period is closed")


COMMANDS = {"period": period}
