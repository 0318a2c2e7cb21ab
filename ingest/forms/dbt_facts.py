"""Facts for sections that no mart holds yet, so that a new form's figures can be queried once it is read.

A fact of its own, with a grain and words of its own, is written by hand once somebody needs one: it names
the fields that it holds, and ``orientir form generate`` then removes the generated one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.dbt_sources import GENERATED, own_fields, titled

MODELS = Path("dbt_project/models")
FOLDER = MODELS / "facts" / "generated"
# What every form says of its organisation; it stands in dim_organisation, from the registry.
_REQUISITES = {"inn", "organisation_name"}
_NUMBERS = ("integer", "decimal")
_GRAIN = {
    "card": "One row per submission.",
    "matrix": "One row per submission and line of the form.",
    "table": "One row per filled row of the form's table.",
}


def generated_facts(project: Path, contracts: Iterable[FormContract] | None = None) -> dict[str, str]:
    """File name under ``facts/generated`` -> content, for every section that no hand-written mart holds."""
    described = _hand_written(project)
    files = {}
    for contract in load_contracts().values() if contracts is None else contracts:
        for section in contract.sections:
            fields = [field for field in own_fields(section) if field.name not in _REQUISITES]
            if fields and f"{contract.code}.{section.name}." not in described:
                files[f"fct_{section.table}.sql"] = _model(contract, section, fields)
                files[f"fct_{section.table}.yml"] = _properties(contract, section, fields)
    return files


def write_facts(project: Path) -> list[Path]:
    """Writes what differs and removes what is no longer wanted; returns the paths that changed."""
    folder = project / FOLDER
    files = generated_facts(project)
    changed = [path for path in sorted(folder.glob("*")) if path.name not in files]
    for path in changed:
        path.unlink()
    for name, content in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed


def facts_drifted(project: Path) -> list[str]:
    """Names of generated facts that are missing, outdated or no longer wanted."""
    folder = project / FOLDER
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}
    wanted = generated_facts(project)
    return sorted(name for name in there.keys() | wanted if there.get(name) != wanted.get(name))


def _hand_written(project: Path) -> str:
    """What people wrote about marts; a column that holds a field names it: ``S7.card.with_plan``."""
    generated = (project / FOLDER, project / MODELS / "staging")
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((project / MODELS).rglob("*.yml"))
        if not any(folder in path.parents for folder in generated)
    )


def _period(contract: FormContract) -> str:
    return "school_year" if contract.period_type == "school_year" else "period_code"


def _model(contract: FormContract, section: Section, fields: list[Field]) -> str:
    period = "period_code" if _period(contract) == "period_code" else "period_code as school_year"
    columns = ["submission_id", "row_no", "region_code", "ogrn", period, *(field.name for field in fields)]
    selected = ",\n".join(f"    {column}" for column in columns)
    # Made anew in every build: it has no school year by which its rows could be kept.
    made = "{{ config(materialized='table') }}"
    return f"-- {GENERATED}\n{made}\n\nselect\n{selected}\nfrom {{{{ ref('stg_{section.table}') }}}}\n"


def _properties(contract: FormContract, section: Section, fields: list[Field]) -> str:
    name, period = f"fct_{section.table}", _period(contract)
    known = [
        ("submission_id", "uuid", "Submission that the row comes from; follow it with `orientir trace`."),
        (
            "row_no",
            "integer",
            "Row of the sheet, line of the CSV file, 0 for a card.",
        ),
        ("region_code", "text", "Region that collects the form."),
        ("ogrn", "text", "ОГРН of the organisation that reports."),
        (period, "text", "Reporting period."),
    ]
    lines = [
        f"# {GENERATED}",
        "version: 2",
        "",
        "models:",
        f"  - name: {name}",
        f"    description: {_quoted(_description(contract, section))}",
        "    config:",
        "      meta:",
        "        example_queries:",
        *(f"          - {_quoted(query)}" for query in _queries(name, period, fields)),
        "    constraints:",
        "      - {type: primary_key, columns: [submission_id, row_no]}",
        "    data_tests:",
        "      - integrity:",
        f"          name: {name}_integrity",
        "          arguments:",
        "            key: [submission_id, row_no]",
        "            references:",
        "              - {column: ogrn, to: ref('dim_organisation'), field: ogrn}",
        "              - {column: submission_id, to: ref('fct_submission'), field: submission_id}",
        "    columns:",
    ]
    for column, data_type, text in known:
        lines += [
            f"      - name: {column}",
            f"        data_type: {data_type}",
            f"        description: {_quoted(text)}",
            "        constraints: [{type: not_null}]",
        ]
    for field in fields:
        address = f"{contract.code}.{section.name}.{field.name}"
        lines += [
            f"      - name: {field.name}",
            f"        data_type: {field.physical_type}",
            f"        description: {_quoted(f'{titled(field)} ({address}).')}",
            f"        config: {{meta: {{fields: [{address}]}}}}",
        ]
    return "\n".join(lines) + "\n"


def _description(contract: FormContract, section: Section) -> str:
    grain = section.description or _GRAIN[section.layout]
    return (
        f"{grain} Form {contract.code} «{contract.title}», section «{section.title}». "
        "Key: submission_id, row_no. Owner: group `warehouse`."
    )


def _queries(name: str, period: str, fields: list[Field]) -> list[str]:
    """How many organisations and rows there are, and the first number by municipality."""
    measured = next((f"sum(f.{f.name})" for f in fields if f.type in _NUMBERS), "count(*)")
    return [
        f"select {period}, count(distinct ogrn), count(*) from marts.{name}"
        f" group by {period} order by {period}",
        f"select o.municipality_code, {measured} from marts.{name} as f"
        " inner join marts.dim_organisation as o on o.ogrn = f.ogrn and o.is_current"
        " group by o.municipality_code order by o.municipality_code",
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
