"""`orientir pull`, `validate`, `build`: the steps of the DAGs, one by one and in this process."""

from __future__ import annotations

from typing import Any

import click

from orientir.commands import options


@click.command()
@click.option(
    "--kind",
    type=click.Choice([*options.KINDS, "all"]),
    default="all",
    show_default=True,
    help="Kind of organisations to pull from.",
)
@options.region
@options.as_json
def pull(kind: str, region: str, as_json: bool) -> None:
    """Fetch, land, read and load what organisations have sent.

    Pulling again changes nothing: content is stored once. What the DAGs pull_* do.
    """
    from orientir import steps

    options.open_database()
    steps.prepare_database()
    summaries: list[dict[str, Any]] = []
    for each in options.KINDS if kind == "all" else (kind,):
        for shard in steps.plan_pull(each, region):
            options.say(f"pulling {each} of {shard['region_code']}: {shard['files']} files")
            summaries.append({"kind": each, "region": shard["region_code"], **steps.pull_shard(shard)})
    if as_json:
        options.print_json(summaries)
    else:
        click.echo(f"{sum(s['landed'] for s in summaries)} new files")
    failures = [failure for summary in summaries for failure in summary["failures"]]
    for failure in failures:
        options.say(f"not fetched: {failure['source_uri']}: {failure['reason']}")
    if failures:
        raise SystemExit(1)


@click.command()
@click.option("--form", metavar="CODE", help="One form only, for example S1.")
@click.option(
    "--again",
    is_flag=True,
    help="Also decide anew on what was decided under other rules; the earlier decisions are kept.",
)
@options.as_json
def validate(form: str | None, again: bool, as_json: bool) -> None:
    """Check what was read and decide: accepted or rejected.

    One run of Great Expectations per form over all that wait. What the DAG validate_submissions does.
    """
    from orientir import steps

    options.open_database()
    summaries = []
    for code in steps.forms_to_validate(form):
        options.say(f"validating {code}")
        summaries.append(steps.validate_form(code))
    if again:
        options.say("deciding again on what was decided under other rules")
        summaries += [summary for summary in steps.validate_again(form) if summary["submissions"]]
    unidentified = steps.settle_unidentified()
    if as_json:
        options.print_json({"forms": summaries, "unidentified": unidentified})
    else:
        for summary in summaries:
            click.echo(
                ", ".join(
                    f"{name} {value}" for name, value in summary.items() if not isinstance(value, dict | list)
                )
            )
        click.echo(f"{unidentified} files could not be identified")


@click.command()
@options.as_of
@click.option("--force", is_flag=True, help="Build even if nothing has changed since the last build.")
@click.option("--full-refresh", is_flag=True, help="Make every mart anew, also what has not changed.")
@options.as_json
def build(as_of: str | None, force: bool, full_refresh: bool, as_json: bool) -> None:
    """Build the marts with dbt.

    Skipped when the last build was made from the same decisions, registry, calendar, dbt project and
    moment. Facts of school years in which nothing has changed are kept, unless the project or the registry
    changed, the last build failed or the moment is an earlier one. What the DAG build_warehouse does.
    """
    from orientir import build as builds

    options.open_database()
    planned = builds.plan(as_of, force=force, full_refresh=full_refresh)
    if planned is None:
        options.say("the marts are up to date")
    else:
        options.say(f"building as of {planned['as_of']}: {planned['scope_reason']}")
        builds.run_layers(planned)
        options.say(f"{builds.finish(planned)} findings of the rules across forms")
    if as_json:
        options.print_json(builds.current())
    else:
        click.echo(f"marts as of {builds.current()['as_of']}")


COMMANDS = {"pull": pull, "validate": validate, "build": build}
