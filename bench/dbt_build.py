"""(c) dbt build against the same compiled SQL through psql.

The SQL of the baseline is what dbt left in ``target``: the statements of every model and test in the order
in which they ran, seeds as COPY of the same files, all in one psql session. What dbt adds is parsing, one
connection and some Jinja per node, swapping of tables and logs: some hundredths of a second per node,
however large the tables are. So the ratio is measured on a region as large as the demo and on a whole one.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse
from warehouse.settings import Settings, get_settings

SIZES = {"demo": 220, "region": 6000}  # schools
GOAL = 2.0
REPEATS = 2


def run() -> list[Measurement]:
    """Measure a warm build (project parsed, dbt imported) of two years at both sizes."""
    measurements = []
    for name, schools in SIZES.items():
        with private_warehouse():
            rows = fill(schools)
            _build()  # parses the project, compiles the SQL, fills the server's cache
            ours = min(_build() for _ in range(REPEATS))
            script = baseline_script(get_settings())
            plain = min(_psql(script) for _ in range(REPEATS))
            measurements.append(
                Measurement(
                    "c",
                    f"dbt build, {schools} schools",
                    "the same SQL through psql",
                    ours,
                    plain,
                    goal=GOAL if name == "region" else None,
                    detail={"events": rows, "nodes": _node_count(get_settings())},
                )
            )
    return measurements


def fill(schools: int) -> int:
    """Two school years of accepted passports, events and intentions; returns the number of events."""
    from warehouse.connection import connect

    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    with connect("owner") as connection:
        connection.execute("select set_config('bench.schools', %s, false)", [str(schools)])
        connection.execute(statements.encode())
        connection.commit()
        count = connection.execute("select count(*) from raw.s3__events").fetchone()
    with psycopg.connect(_owner(), autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return int(count[0]) if count else 0


def _owner() -> str:
    from warehouse.connection import uri

    return uri("owner")


def _build() -> float:
    from warehouse.dbt import run_dbt

    began = time.perf_counter()
    run_dbt(["build"])
    return time.perf_counter() - began


def _node_count(settings: Settings) -> int:
    return len(_results(settings))


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


def _psql(script: Path) -> float:
    from warehouse.binaries import find_binaries
    from warehouse.connection import uri

    psql = find_binaries(get_settings().pg_bin).program("psql")
    began = time.perf_counter()
    subprocess.run(
        [psql, "-q", "-X", "-o", os.devnull, "-d", uri("transformer"), "-f", str(script)],
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began
