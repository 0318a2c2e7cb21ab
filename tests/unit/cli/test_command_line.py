"""What a person or a script relies on: help, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner, Result

from ingest.forms.catalogue import load_contracts
from orientir.cli import COMMANDS, main

HEAVY = (
    "airflow",
    "alembic",
    "altair",
    "cosmos",
    "dbt",
    "docx",
    "great_expectations",
    "openpyxl",
    "pandas",
    "psycopg",
    "rich",
    "sqlalchemy",
    "typst",
    "vl_convert",
    "xlsxwriter",
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def every_command(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, (*path, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def test_help_imports_nothing_heavy() -> None:
    probe = (
        "import sys\n"
        "from orientir.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as ended:\n    assert ended.code == 0\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert "Commands:" in done.stdout
    assert set(done.stderr.split()) & set(HEAVY) == set()


def test_every_command_is_listed_with_the_words_of_its_own_help() -> None:
    commands = dict(every_command(main))
    for name, (_, text) in COMMANDS.items():
        assert commands[(name,)].get_short_help_str(limit=200) == text


def test_every_command_and_option_explains_itself() -> None:
    for path, command in every_command(main):
        assert command.help, path
        shown = run(*path, "--help")
        assert shown.exit_code == 0, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
                assert parameter.help, (path, parameter.name)


@pytest.mark.parametrize(
    "arguments",
    [
        ("no-such-command",),
        ("run", "--no-such-option"),
        ("pull", "--kind", "hospital"),
        ("form", "show", "X9"),
        ("db", "uri", "--role", "nobody"),
        ("release", "list", "--kind", "reference"),
        ("release", "list", "--period", "2025-99"),
        ("ledger", "events", "--kind", "submission.decide"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why_on_stderr(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr


def test_form_list_prints_json_for_scripts() -> None:
    done = run("form", "list", "--json")
    assert done.exit_code == 0
    listed = {form["code"] for form in json.loads(done.stdout)}
    assert listed == set(load_contracts()) >= {"C1", "P2", "S1", "S3", "S5"}


def test_form_show_names_fields_in_both_languages() -> None:
    shown = json.loads(run("form", "show", "C1", "--json").stdout)
    fields = {field["name"]: field for section in shown["sections"] for field in section["fields"]}
    assert fields["service_plan_year"]["type"] == "integer"
    assert "план" in fields["service_plan_year"]["title"].lower()


def test_form_template_writes_a_workbook_with_the_forms_sheets(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import openpyxl

    target = tmp_path / "a b" / "S1.xlsx"
    done = run("form", "template", "S1", "-o", str(target))
    assert done.exit_code == 0, done.output
    assert done.stdout.strip() == str(target)
    assert "_meta" in openpyxl.load_workbook(target).sheetnames


def test_form_template_of_a_json_form_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    done = run("form", "template", "C1", "-o", str(tmp_path / "C1.xlsx"))
    assert done.exit_code == 2
    assert "C1" in done.stderr
    assert not (tmp_path / "C1.xlsx").exists()
