"""`orientir release`: what left the house, what waits for approval, and how it came about."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from orientir.commands import options
from orientir.failures import DATA_FAILED, USAGE, CommandError

if TYPE_CHECKING:
    from publish.release_diff import ChangedFigure, ChangedSubmission, ReleaseDiff
    from publish.release_register import ReleaseRecord
    from publish.reproduction import Reproduction

# What a figure that only one of two releases prints has done, as `orientir release diff` counts it.
MOVED: dict[Literal["entered", "left"], str] = {"entered": "entered a table or section", "left": "left one"}

as_approver = click.option(
    "--as", "approver", required=True, metavar="NAME", help="Who decides: one of ORIENTIR_APPROVERS."
)


class NotComparableError(CommandError):
    """The two releases have nothing to be compared by."""

    exit_code = USAGE


KINDS = ("annual_reference", "extract", "quality_portal", "feedback")


@click.group()
def release() -> None:
    """List, show, compare, approve, return, reproduce and restore releases.

    RELEASE is an id as `list` prints it, the beginning of one, or the beginning of its last part.
    """


@release.command("list")
@options.region
@click.option("--period", metavar="PERIOD", help="One period only, for example 2025-2026.")
@click.option("--kind", type=click.Choice(KINDS), help="One kind only.")
@click.option("--stage", type=click.Choice(["draft", "released"]), help="Drafts or releases only.")
@options.as_json
def list_(region: str, period: str | None, kind: str | None, stage: str | None, as_json: bool) -> None:
    """List releases and drafts in the order of their making, feedback aside unless it is asked for."""
    from orientir import steps
    from publish.release_register import list_releases
    from warehouse.connection import connect

    options.open_database()
    options.require_period(period)
    chosen = None if region == steps.ALL_REGIONS else steps.regions(region)[0]
    with connect("auditor") as connection:
        found = list_releases(connection, region=chosen, period=period, kind=kind, stage=stage)
    shown = [record for record in found if kind is not None or record.kind != "feedback"]
    if as_json:
        options.print_json([_plain(record) for record in shown])
        return
    for record in shown:
        click.echo(f"{options.moment(record.created_at)}  {record.status:10} {record.release_id}")
    if not shown:
        asked = any((period, kind, stage)) or chosen
        options.say(
            "nothing of what is asked for was released or drafted"
            if asked
            else "nothing was released or drafted yet"
        )


@release.command()
@click.argument("name", metavar="RELEASE")
@options.as_json
def show(name: str, as_json: bool) -> None:
    """Show one: as-of moment, versions, who approved it, files with their SHA-256, deliveries."""
    options.open_database()
    record = _find(name)
    if as_json:
        options.print_json(_plain(record))
        return
    approval = record.approval
    lines = {
        "release": record.release_id,
        "status": record.status,
        "as of": options.moment(record.as_of),
        "made": options.moment(record.created_at),
        "methodology": record.versions.methodology,
        "rules": record.versions.ruleset,
        "contracts": record.versions.contracts,
        "code": record.versions.code,
        "build": record.build_fingerprint,
        "state": record.snapshot_sha256,
        "draft": record.approves,
        "approved by": approval
        and f"{approval.approver_name} ({approval.approver}), {options.moment(approval.decided_at)}",
        "lies in": record.path,
    }
    for label, value in lines.items():
        click.echo(f"{label:12} {value or '-'}")
    for decision in record.decisions:
        click.echo(
            f"{decision.decision:12} {options.moment(decision.decided_at)} {decision.approver_name}"
            f" ({decision.approver}) via {decision.via.replace('_', ' ')}: {decision.comment or 'no comment'}"
        )
    for delivery in record.deliveries:
        click.echo(f"{'delivered':12} {options.moment(delivery.delivered_at)} {delivery.place}")
    for file in record.files:
        click.echo(f"{file.sha256}  {file.name} ({file.size_bytes} bytes)")


@release.command()
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@options.as_json
def diff(before: str, after: str, as_json: bool) -> None:
    """Show which units differ between two releases of a region, and because of which submissions."""
    from publish import release_diff
    from warehouse.connection import connect

    options.open_database()
    records = [_find(before), _find(after)]
    with connect("auditor") as connection:
        try:
            found = release_diff.diff(connection, *records)
        except (ValueError, LookupError) as error:
            raise NotComparableError(str(error)) from error
    if as_json:
        options.print_json(_diff_json(found))
        return
    _print_diff(found)


@release.command()
@click.argument("name", metavar="DRAFT")
@as_approver
@click.option("--comment", default="", metavar="TEXT", help="Words for the ledger.")
@options.as_json
def approve(name: str, approver: str, comment: str, as_json: bool) -> None:
    """Approve a DRAFT: its files lose their mark, the release is recorded and delivered."""
    _settle(name, "approved", approver, comment, as_json=as_json)


@release.command("return")
@click.argument("name", metavar="DRAFT")
@as_approver
@click.option("--comment", required=True, metavar="TEXT", help="What has to change.")
@options.as_json
def return_(name: str, approver: str, comment: str, as_json: bool) -> None:
    """Return a DRAFT with a comment. It is not released; what it lacks goes into the next draft."""
    _settle(name, "returned", approver, comment, as_json=as_json)


@release.command()
@click.argument("names", metavar="RELEASE...", nargs=-1, required=True)
@click.option("--keep", is_flag=True, help="Leave what was rebuilt under var/reproduced.")
@options.as_json
def reproduce(names: tuple[str, ...], keep: bool, as_json: bool) -> None:
    """Rebuild a RELEASE from the ledger in a database of its own and compare the bytes.

    References and extracts of one state may be rebuilt together. The marts in use are not touched. Exit code
    1 when a file differs.
    """
    from orientir import reproduce as reproducing

    options.open_database()
    outcomes = reproducing.reproduce([_find(name) for name in names], options.say, keep=keep)
    if as_json:
        plain = [{**asdict(outcome), "is_equal": outcome.is_equal} for outcome in outcomes]
        options.print_json(plain if len(names) > 1 else plain[0])
    else:
        for outcome in outcomes:
            _print_reproduction(outcome)
    if not all(outcome.is_equal for outcome in outcomes):
        raise SystemExit(DATA_FAILED)


@release.command()
@click.argument("name", metavar="RELEASE")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Put the files into this folder instead of where they lay.",
)
@options.as_json
def restore(name: str, to: Path | None, as_json: bool) -> None:
    """Put the files of a RELEASE back, byte for byte as they were released.

    They are copied from a place that they were delivered to, else rebuilt from the ledger. Exit code 1 when
    they do not come out the same: then nothing is put anywhere.
    """
    from orientir import reproduce as reproducing

    options.open_database()
    record = _find(name)
    place = reproducing.restore(record, options.say, to=to)
    if as_json:
        options.print_json({"release_id": record.release_id, "place": str(place)})
    else:
        click.echo(place)


def _find(name: str) -> ReleaseRecord:
    from publish.release_register import find_release
    from warehouse.connection import connect

    with connect("auditor") as connection:
        return find_release(connection, name)


def _settle(name: str, decision: str, approver: str, comment: str, *, as_json: bool) -> None:
    from orientir import steps

    options.open_database()
    settled = steps.settle_draft(name, decision, approver, comment)
    place = steps.deliver_release(settled) if decision == "approved" else None
    if as_json:
        options.print_json({"release_id": settled, "decision": decision, "delivered_to": place})
        return
    options.say(f"{decision} by {approver}: {settled}")
    if place is not None:
        click.echo(place)


def _plain(record: ReleaseRecord) -> dict[str, Any]:
    plain = asdict(record)
    approval = record.approval
    return {**plain, "approver": approval.approver if approval else None}


def _submission_json(changed: ChangedSubmission) -> dict[str, Any]:
    return {
        "ogrn": changed.ogrn,
        "organisation": changed.organisation,
        "municipality_code": changed.municipality_code,
        "form_code": changed.form_code,
        "period_code": changed.period_code,
        "change": changed.change,
        "before": changed.before and asdict(changed.before),
        "after": changed.after and asdict(changed.after),
    }


def _figure_json(figure: ChangedFigure) -> dict[str, Any]:
    return {
        "unit_type": figure.unit_type,
        "unit_code": figure.unit_code,
        "mart": figure.mart,
        "column": figure.column,
        "key": dict(figure.key),
        "change": figure.change,
        "before": figure.before,
        "after": figure.after,
        "entered": list(figure.entered),
        "left": list(figure.left),
        "because_of": [
            str(side.submission_id)
            for changed in figure.because_of
            for side in (changed.before, changed.after)
            if side is not None
        ],
    }


def _diff_json(found: ReleaseDiff) -> dict[str, Any]:
    return {
        "before": found.before.release_id,
        "after": found.after.release_id,
        "as_of": [found.before.as_of, found.after.as_of],
        "versions": list(found.versions),
        "other_causes": list(found.other_causes),
        "closings": list(found.closings),
        "exceptions": list(found.exceptions),
        "unit_names": dict(found.unit_names),
        "submissions": [_submission_json(changed) for changed in found.submissions],
        "figures": [_figure_json(figure) for figure in found.figures] if found.has_figures else None,
        "files": list(found.files),
    }


def _print_diff(found: ReleaseDiff) -> None:
    for label, record in (("before", found.before), ("after", found.after)):
        click.echo(f"{label:7} {record.release_id}, as of {options.moment(record.as_of)}")
    for name in found.versions:
        old, new = getattr(found.before.versions, name), getattr(found.after.versions, name)
        click.echo(f"{name}: {old or '-'} -> {new or '-'}")
    if found.other_causes:
        click.echo(f"changed besides the reports: {', '.join(found.other_causes)}")
    for row in found.closings:
        until = datetime.fromisoformat(row["counts_until"])
        click.echo(f"  {row['scope_code']} was closed as of {options.moment(until)} by {row['closed_by']}")
    for row in found.exceptions:
        until = datetime.fromisoformat(row["expires_at"])
        whom = f"{row['form_code'] or 'all forms'} of {row['ogrn'] or 'all organisations'}"
        click.echo(
            f"  {row['scope_code']} was open for {whom} until {options.moment(until)}: «{row['name']}»,"
            f" granted by {row['granted_by']}"
        )
    click.echo(f"\nreports that count differently: {len(found.submissions)}")
    for changed in found.submissions:
        click.echo(f"  {changed.organisation}, {_report(changed)}, {_revisions(changed)}")
    if not found.has_figures:
        click.echo(f"\nfiles that differ: {', '.join(found.files) or 'none'}")
        return
    units = {(figure.unit_type, figure.unit_code) for figure in found.figures}
    changes = Counter(figure.change for figure in found.figures)
    moved = [f"{changes[how]} {said}" for how, said in MOVED.items() if changes[how]]
    click.echo(f"\nfigures that differ: {len(found.figures)}, of {len(units)} units")
    if moved:
        click.echo(f"  {', '.join(moved)}: only one of the releases prints them")
    for unit_type, unit_code in sorted(units):
        unit_name = found.unit_names.get(unit_code)
        click.echo(f"  {unit_type} {unit_code}{f', {unit_name}' if unit_name else ''}")
        for figure in found.figures:
            if (figure.unit_type, figure.unit_code) != (unit_type, unit_code):
                continue
            because = sorted({_report(changed) for changed in figure.because_of})
            why = f"because of {'; '.join(because)}" if because else "none of its reports has changed"
            click.echo(f"    {_row_of(figure)} {figure.column}: {_sides(figure)}, {why}")


def _sides(figure: ChangedFigure) -> str:
    """Both values; of what only one release prints, where the other has it not."""
    before, after = figure.before or "none", figure.after or "none"
    match figure.change:
        case "entered":
            return f"not in {', '.join(figure.entered)} before -> {after}"
        case "left":
            return f"{before} -> not in {', '.join(figure.left)} any more"
        case _:
            return f"{before} -> {after}"


def _report(changed: ChangedSubmission) -> str:
    return f"{changed.ogrn} {changed.form_code} {changed.period_code}"


def _revisions(changed: ChangedSubmission) -> str:
    """What counts now in place of what, and when it was received."""
    if changed.after is None:
        return f"revision {changed.before.revision if changed.before else '-'} does not count any more"
    received = f"received {options.moment(changed.after.received_at)}"
    if changed.before is None:
        return f"revision {changed.after.revision}, {received}: counts now, none did before"
    return (
        f"revision {changed.after.revision}, {received}: counts instead of revision {changed.before.revision}"
    )


def _row_of(figure: ChangedFigure) -> str:
    """The row of the mart, less the unit, which stands above."""
    rest = [
        figure.key[name]
        for name in sorted(figure.key)
        if name not in {"unit_type", "region_code"} and figure.key[name] != figure.unit_code
    ]
    return " ".join([figure.mart.rpartition(".")[2].removesuffix("_public"), *rest])


def _print_reproduction(outcome: Reproduction) -> None:
    for name in outcome.versions:
        options.say(f"{name} is not the version that the release was made by: bytes may differ for it")
    for file in outcome.files:
        click.echo(f"{'same' if file.is_equal else 'DIFFERS':8} {file.name}")
    if outcome.kept_in:
        click.echo(outcome.kept_in)
    if outcome.is_equal:
        options.say(f"{outcome.release_id}: {len(outcome.files)} files, every byte the same")
    else:
        options.say(f"{outcome.release_id}: not the same; --keep leaves the rebuilt files to compare")


COMMANDS = {"release": release}
