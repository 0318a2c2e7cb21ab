"""The model that puts all indicators together, written from the registry: adding one is a row."""

from __future__ import annotations

import csv
from pathlib import Path

REGISTRY = Path("dbt_project/seeds/indicators.csv")
UNION = Path("dbt_project/models/indicators/int_indicator__unit.sql")

TEMPLATE = """\
{{{{ config(materialized='table') }}}}

-- All indicators of the organisations themselves. Where a reason is given, the two numbers are not.
-- The list follows from the registry: `orientir form generate` writes this file.
{{%- set indicators = [
{references}
] %}}
with measured as (
    {{{{ union_of_indicators(indicators) }}}}
)

select
    indicator_code,
    region_code,
    unit_type,
    unit_code,
    school_year,
    case when missing_reason is null then numerator end as numerator,
    case when missing_reason is null then denominator end as denominator,
    missing_reason
from measured
"""


def model_name(indicator_code: str) -> str:
    """The model that computes an indicator: ind_3_5 for 3.5, ind_z1 for Z1."""
    return f"ind_{indicator_code.lower().replace('.', '_')}"


def indicator_union(project: Path) -> str:
    """Text of the model for the indicators in the registry under a project's folder, in its order."""
    with (project / REGISTRY).open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["sort_no"]))
    references = ",\n".join(f"    ref('{model_name(row['indicator_code'])}')" for row in rows)
    return TEMPLATE.format(references=references)


def write_indicator_union(project: Path) -> list[Path]:
    """Write the model if it differs; return what was written."""
    if not indicator_union_drifted(project):
        return []
    path = project / UNION
    path.write_text(indicator_union(project), encoding="utf-8", newline="\n")
    return [path]


def indicator_union_drifted(project: Path) -> list[str]:
    """The model's file name if it is missing or not what the registry gives now."""
    path = project / UNION
    if path.exists() and path.read_text(encoding="utf-8") == indicator_union(project):
        return []
    return [path.name]
