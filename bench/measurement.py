"""What a benchmark returns, and how it is shown."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Measurement:
    """One figure against its baseline.

    ``value`` and ``baseline`` have the same unit; ``goal`` is the largest ratio that is good enough
    (None where the figure is only watched). ``note`` is printed beside it.
    """

    key: str
    what: str
    against: str
    value: float
    baseline: float
    unit: str = "s"
    goal: float | None = None
    detail: dict[str, float | int | str] = field(default_factory=dict)
    note: str = ""

    @property
    def ratio(self) -> float:
        """``value`` / ``baseline``."""
        return self.value / self.baseline if self.baseline else float("nan")

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        if self.goal is None:
            return "—"
        return "reached" if self.ratio <= self.goal else "missed"


def write_results(measurements: list[Measurement], path: Path) -> None:
    """Write the measurements as JSON, with the machine they were taken on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {
        "machine": {"system": platform.platform(), "python": platform.python_version()},
        "measurements": [
            {**asdict(item), "ratio": item.ratio, "verdict": item.verdict} for item in measurements
        ],
    }
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def print_table(measurements: list[Measurement]) -> None:
    """Print the measurements, one row each."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Benchmarks", title_justify="left")
    for heading in ("", "what", "against", "value", "baseline", "ratio", "goal", "verdict", "note"):
        table.add_column(
            heading, justify="right" if heading in ("value", "baseline", "ratio", "goal") else "left"
        )
    for item in measurements:
        table.add_row(
            item.key,
            item.what,
            item.against,
            f"{item.value:.2f} {item.unit}",
            f"{item.baseline:.2f} {item.unit}",
            f"{item.ratio:.2f}",
            "" if item.goal is None else f"≤ {item.goal:g}",
            item.verdict,
            item.note,
        )
    Console(width=160).print(table)
