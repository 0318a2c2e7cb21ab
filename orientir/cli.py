"""The `orientir` command line: every step of the pipeline by hand.

Data go to stdout, what happens meanwhile to stderr. Exit codes: 0 done, 1 the data did not hold, 2 wrong
usage, 3 the machine, the database or Airflow is in the way.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from orientir.failures import CommandError

# Command to its module and its one-line help: the help of the whole needs no module but this.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("run", "Run the whole pipeline once, through Airflow's DAGs."),
    "pull": ("pipeline", "Fetch, land, read and load what organisations have sent."),
    "validate": ("pipeline", "Check what was read and decide: accepted or rejected."),
    "build": ("pipeline", "Build the marts with dbt."),
    "publish": ("publish", "Write documents, extracts, portal and feedback."),
    "release": ("release", "List, show, compare, approve, return, reproduce and restore releases."),
    "period": ("period", "Close and reopen reporting periods; show what came after closing."),
    "status": ("status", "Show what was received, accepted, rejected, built, published."),
    "trace": ("trace", "Follow a figure back to its cells, or a submission to the figures it entered."),
    "rating": ("rating", "Explain a place in a rating; list ratings."),
    "form": ("form", "List, show and check forms; write blank templates."),
    "ledger": ("ledger", "Look into the ledger and verify its log."),
    "db": ("db", "Start, stop, migrate and reach the database."),
    "demo": ("demo", "Write the demo region; compare marts with its answer key."),
    "up": ("service", "Start Airflow with its pages and leave it running."),
    "down": ("service", "Stop what `orientir up` has started, and nothing else."),
    "doctor": ("doctor", "Check this machine and this installation."),
    "clean": ("service", "Stop everything and remove all that was made: the database and the folder var/."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"orientir.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.COMMANDS[cmd_name]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CommandError as failure:
            complain(str(failure), failure.hint)
            ctx.exit(failure.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            known = _known_failure(error)
            if known is None:
                raise
            complain(str(error), "")
            ctx.exit(known)


def complain(message: str, hint: str) -> None:
    """Say on stderr what went wrong and what to do."""
    click.secho(f"orientir: {message}", fg="red", err=True)
    if hint:
        click.secho(hint, err=True)


def _known_failure(error: Exception) -> int | None:
    """Return the exit code of an error whose message is meant for a person; None for a bug, which keeps its
    traceback.
    """
    from orientir.known_failures import exit_code

    return exit_code(error)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(package_name="orientir", prog_name="orientir")
def main() -> None:
    """Orientir («Ориентир»): career-guidance reporting of a region, from files to ratings and references.

    \b
    A first look at everything, on a demo region:   orientir run --demo
    The same step by step:                          orientir pull, validate, build, publish all
    A look at the marts:                            psql "$(orientir db uri)"

    Settings are variables ORIENTIR_* or lines of .env. Data go to stdout, progress to stderr.
    Exit codes: 0 done, 1 the data did not hold, 2 wrong usage, 3 the machine is in the way.
    """
    os.environ.setdefault("DO_NOT_TRACK", "1")


if __name__ == "__main__":
    sys.exit(main())
