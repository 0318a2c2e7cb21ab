"""(c) A build of the warehouse: everything, what has changed, and the same SQL through psql.

The SQL of the baseline is what dbt left in ``target``: the statements of every model and test in the order
in which they ran, their indexes and statistics, seeds as COPY of the same files, all in one psql session.
What dbt adds is parsing, one connection and some Jinja per node, swapping of tables and logs: some hundredths
of a second per node, however large the tables are. dbt is run as `orientir build` runs it, which writes no
artifacts; a build before the measured ones leaves them.

Ratios are of seconds, on two cores: dbt keeps up to three sessions at work, psql one. Beside them stands the
ratio of processor time, of dbt or psql and of the server together, which tells what dbt costs a machine that
is busy otherwise. Both take turns, and the faster turn of each counts.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.copied_region import Region, give_back, hold_back, make_region
from bench.effort import Effort, effort
from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse
from warehouse.settings import Settings, get_settings

# Organisations and school years.
STANDARD = ((1_000, 3),)
LARGE = ((45_000, 1),)
# Beyond so many organisations a build takes half an hour: it is measured once, without the baseline.
COMPARED_UP_TO = 3_000
TURNS = 2
# The share of new submissions in an incremental build: one in so many.
NEW_ONE_IN = 1_000
GOAL = 1.3
GOAL_FROM = 900  # organisations: below, what dbt costs per node is more than what nodes do


@dataclass(frozen=True)
class Built:
    """What building a region cost in each way, and how large it is."""

    region: Region
    new_submissions: int
    nodes: int
    everything: Effort
    changes: Effort
    plain: Effort | None
    facts: int
    fact_bytes: int


def run() -> list[Measurement]:
    """Measure a thousand organisations in three school years: eight minutes."""
    return [item for size in STANDARD for item in _measurements(_built(*size))]


def run_large() -> list[Measurement]:
    """Measure 45,000 organisations in one school year: an hour and forty gigabytes."""
    return [item for size in LARGE for item in _measurements(_built(*size))]


def _built(organisations: int, school_years: int) -> Built:
    with private_warehouse():
        region = make_region(organisations, school_years)
        new = hold_back(NEW_ONE_IN)
        settings = get_settings()
        everything, plain = [], []
        if organisations <= COMPARED_UP_TO:
            _build("all", "keep")  # leaves the baseline's SQL, and fills the server's cache
            nodes, script = len(_results(settings)), baseline_script(settings)
            for _ in range(TURNS):
                everything.append(_build("all"))
                plain.append(_psql(script))
        else:
            everything.append(_build("all", "keep"))
            nodes = len(_results(settings))
        give_back()
        changes = _build("changes")
        facts, fact_bytes = _size_of_facts()
    fastest_plain = _fastest(plain) if plain else None
    return Built(region, new, nodes, _fastest(everything), changes, fastest_plain, facts, fact_bytes)


def _fastest(efforts: list[Effort]) -> Effort:
    return min(efforts, key=lambda effort: effort.seconds)


def _measurements(built: Built) -> list[Measurement]:
    region, whole, changes, plain = built.region, built.everything, built.changes, built.plain
    name = f"{region.organisations:,} organisations, {region.school_years} years"
    size = (
        f"peak memory dbt {whole.program_mib:,.0f} MiB, backend {whole.backend_mib:,.0f} MiB;"
        f" {built.fact_bytes / built.facts:,.0f} bytes per fact of {built.facts:,}"
    )
    detail: dict[str, float | int | str] = {
        "submissions": region.submissions,
        "raw_rows": region.raw_rows,
        "facts": built.facts,
        "bytes_per_fact": round(built.fact_bytes / built.facts),
        "nodes": built.nodes,
        "new_submissions": built.new_submissions,
        "dbt_mib": round(whole.program_mib),
        "backend_mib": round(whole.backend_mib),
    }
    measured = []
    if plain is not None:
        goal = GOAL if region.organisations >= GOAL_FROM else None
        what, against = f"dbt build, {name}", "the same SQL through psql"
        measured = [
            Measurement("c", what, against, whole.seconds, plain.seconds, "s", goal, detail, size),
            Measurement("c", what, against, whole.processor_seconds, plain.processor_seconds, "CPU s"),
        ]
    new = f"incremental build of {built.new_submissions:,} new submissions, {name}"
    against = "dbt build of everything"
    return [
        *measured,
        Measurement("c", new, against, changes.seconds, whole.seconds, "s", None, detail, size),
        Measurement("c", new, against, changes.processor_seconds, whole.processor_seconds, "CPU s"),
    ]


def _build(*arguments: str) -> Effort:
    return effort([sys.executable, "-m", "bench.build_step", *arguments])


def _size_of_facts() -> tuple[int, int]:
    """Rows of all facts, and the bytes they take with their indexes."""
    from psycopg import sql

    from warehouse.connection import connect

    rows = size = 0
    with connect("owner") as connection:
        names = connection.execute(
            "select tablename from pg_tables where schemaname = 'marts' and tablename like 'fct%'"
        ).fetchall()
        for (name,) in names:
            found = connection.execute(
                sql.SQL("select count(*), pg_total_relation_size({}::regclass) from {}").format(
                    sql.Literal(f"marts.{name}"), sql.Identifier("marts", name)
                )
            ).fetchone()
            if found is not None:
                rows, size = rows + found[0], size + found[1]
    return rows, size


def _results(settings: Settings) -> list[dict[str, Any]]:
    path = settings.dbt_dir / "target" / "run_results.json"
    results: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["results"]
    return results


def baseline_script(settings: Settings) -> Path:
    """The build as one psql script, from dbt's own artifacts."""
    target = settings.dbt_dir / "target"
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    lines = ["\\set ON_ERROR_STOP on", "set client_min_messages = warning;"]
    for result in _results(settings):
        node = nodes.get(result["unique_id"])
        if node is None or node["resource_type"] == "operation":
            continue
        relation = f'"{node["schema"]}"."{node["alias"]}"'
        match node["resource_type"]:
            case "seed":
                path = Path(node["root_path"]) / node["original_file_path"]
                lines += [
                    f"truncate {relation};",
                    f"\\copy {relation} from '{path}' with (format csv, header true)",
                ]
            case "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                lines += [f"drop {kind} if exists {relation} cascade;", _statement(target, node)]
                lines += [_index(relation, index) for index in node["config"].get("indexes") or ()]
                if kind == "table":
                    lines.append(f"analyze {relation};")
            case "test":
                lines.append(
                    f"select count(*) from ({result['compiled_code'].strip().rstrip(';')}) as failures;"
                )
    script = target / "baseline.sql"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return script


def _statement(target: Path, node: dict[str, Any]) -> str:
    """What dbt executed for a model, with the final name in place of the temporary one."""
    executed = target / "run" / node["package_name"] / node["original_file_path"]
    statement = executed.read_text(encoding="utf-8").replace("__dbt_tmp", "").strip().rstrip(";")
    return re.sub(r"\n\s*;\s*\n", ";\n", statement) + ";"


def _index(relation: str, index: dict[str, Any]) -> str:
    unique = "unique " if index.get("unique") else ""
    return f"create {unique}index on {relation} ({', '.join(index['columns'])});"


def _psql(script: Path) -> Effort:
    from warehouse.binaries import find_binaries
    from warehouse.connection import uri

    psql = find_binaries(get_settings().pg_bin).program("psql")
    return effort([str(psql), "-q", "-X", "-d", uri("transformer"), "-f", str(script)])
