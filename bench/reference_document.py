"""(g) The annual reference of a large region: 69 municipalities, 1,000 schools, two school years.

Facts are made up, so that nothing but putting them into words, tables and charts, and drawing the three
formats, is measured, in processor time. The baseline is a minute: what somebody who asks for a document waits
without going away.
"""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from bench.measurement import Measurement
from publish import mart_rows as rows
from publish.reference.facts import ReferenceFacts

MUNICIPALITIES, SCHOOLS = 69, 1000
REGION, YEAR, BEFORE = "chelyabinsk", "2025-2026", "2024-2025"
BASELINE_SECONDS = 60.0
AS_OF = datetime.fromisoformat("2026-07-20T09:00:00+05:00")
METHODOLOGY = "m2025.1"


def run() -> list[Measurement]:
    """Measure the whole document, and each format by itself."""
    from publish.manifest import Release
    from publish.reference.build import write_reference
    from publish.reference.document import build_document
    from publish.render.docx import render_docx
    from publish.render.html import render_html
    from publish.render.pdf import render_pdf

    facts = _facts()
    release = Release("annual_reference", REGION, YEAR, AS_OF, "f" * 64)
    with tempfile.TemporaryDirectory(prefix="orientir-bench-") as folder:
        began = time.process_time()
        write_reference(facts, Path(folder) / "reference", release)
        whole = time.process_time() - began
    document = build_document(facts)
    detail: dict[str, float | int | str] = {"municipalities": MUNICIPALITIES, "schools": SCHOOLS}
    for name, render in (("docx", render_docx), ("html", render_html), ("pdf", render_pdf)):
        began = time.process_time()
        detail[f"{name}_bytes"] = len(render(document))
        detail[f"{name}_seconds"] = round(time.process_time() - began, 2)
    against = "a minute of waiting"
    return [
        Measurement(
            "g", "reference of 69 municipalities", against, whole, BASELINE_SECONDS, goal=1.0, detail=detail
        )
    ]


def _facts() -> ReferenceFacts:
    indicators = tuple(_indicators())
    units = [rows.Municipality(f"75{n:03d}000", f"Муниципальный округ № {n}") for n in range(MUNICIPALITIES)]
    places = [("municipality", unit.code) for unit in units] + [("region", REGION)]
    values = tuple(
        rows.IndicatorValue(
            indicator.code, unit_type, code, year, None, None, Decimal((n * 7 + m * 13) % 1000) / 10, None
        )
        for year in (YEAR, BEFORE)
        for n, indicator in enumerate(indicators)
        for m, (unit_type, code) in enumerate(places)
    ) + tuple(
        rows.IndicatorValue(
            indicator.code,
            "school",
            f"{m:013d}",
            YEAR,
            None,
            None,
            Decimal((n * 7 + m * 13) % 1000) / 10,
            None,
        )
        for n, indicator in enumerate(indicators)
        for m in range(SCHOOLS)
    )
    return ReferenceFacts(
        region_code=REGION,
        school_year=YEAR,
        as_of=AS_OF,
        basis=rows.Measure("Ч1.9", "Мониторинг сопровождения самоопределения"),
        indicators=indicators,
        values=values,
        municipalities=tuple(units),
        organisations=(rows.OrganisationCount("school", SCHOOLS),),
        named=tuple(
            rows.Organisation(f"{n:013d}", f"МБОУ СОШ № {n}", "school", units[n % 69].code)
            for n in range(SCHOOLS)
        ),
        discipline=tuple(
            rows.Discipline(unit.code, form, year, 20, 19, 15, 18, 1)
            for unit in units
            for form in ("S1", "S3", "S5")
            for year in (YEAR, BEFORE)
        ),
        silent=tuple(
            rows.SilentOrganisation(
                f"{n:013d}",
                f"МБОУ СОШ № {n}",
                "school",
                units[n % 69].code,
                units[n % 69].name,
                20,
                2,
                "S3, S5",
            )
            for n in range(0, SCHOOLS, 5)
        ),
        intentions=(),
        destinations=(),
        inclusion=tuple(rows.Inclusion(YEAR, unit.code, 14, 200, 150, 60, 20, 15, 90) for unit in units),
        services=(),
        contingent=(rows.Contingent(YEAR, SCHOOLS, 400_000, 9000),),
        municipality_rating=tuple(_rated(n, unit.name, None) for n, unit in enumerate(units)),
        school_rating=tuple(
            _rated(n, f"МБОУ СОШ № {n}", ("small", "medium", "large")[n % 3]) for n in range(SCHOOLS)
        ),
        center_rating=(),
        college_rating=(),
        rules=(),
        measures=tuple(_measures()),
    )


def _indicators() -> Iterator[rows.Indicator]:
    """The indicators of the project, as the dimension holds them."""
    from warehouse.settings import get_settings

    path = get_settings().project_dir / "dbt_project" / "seeds" / "indicators.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield rows.Indicator(
                row["indicator_code"], int(row["sort_no"]), int(row["direction_no"]),
                f"Направление {row['direction_no']}", row["indicator_name"], row["definition"],
                row["formula"], row["unit"], Decimal(row["value_scale"]), row["source_forms"],
                row["good_direction"],
            )  # fmt: skip


def _measures() -> Iterator[rows.MeasureExecution]:
    for n in range(50):
        yield rows.MeasureExecution(
            f"Ч{n // 10 + 1}.{n % 10 + 1}", f"Мера {n}", n // 10 + 1, f"Направление {n // 10 + 1}", "done",
            100, 90, 85, n * 10, n * 1000, n,
        )  # fmt: skip


def _rated(number: int, name: str, group: str | None) -> rows.Rated:
    return rows.Rated(
        unit_code=f"{number:013d}",
        unit_name=name,
        municipality_name=f"Муниципальный округ № {number % MUNICIPALITIES}",
        group_code=group,
        group_name={"small": "малые школы", "medium": "средние школы", "large": "крупные школы"}.get(
            group or ""
        ),
        score=Decimal(10_000 - number * 7) / 100,
        rank=number + 1,
        rank_in_group=number // 3 + 1,
        previous_rank=number + 2,
        previous_rank_recomputed=number + 2,
        previous_methodology_code=METHODOLOGY,
        rank_by_previous_methodology=None,
        is_ranked=True,
        unranked_reason=None,
        available_weight=Decimal(1),
        methodology_code=METHODOLOGY,
    )
