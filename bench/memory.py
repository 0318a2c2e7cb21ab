"""(e) Peak memory of generating, pulling and checking at 1,000 and at 10,000 organisations.

Each step runs in a process of its own, whose peak resident set the kernel reports. Each school sends its
passport of one year and its events of one quarter; what matters is the number of organisations, not of
their periods.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse

SMALL, LARGE = 1_000, 10_000
# Flat: ten times the organisations may take a quarter more memory, not ten times more.
GOAL = 1.25
STEPS = ("generate", "pull", "validate")


def run() -> list[Measurement]:
    """Measure each step at both sizes; the value is MiB at the larger one, the baseline MiB at the
    smaller one.
    """
    small, large = _peaks(SMALL), _peaks(LARGE)
    return [
        Measurement(
            "e",
            f"peak memory of {step} at {LARGE:,} organisations",
            f"at {SMALL:,} organisations",
            large[step],
            small[step],
            unit="MiB",
            goal=GOAL,
        )
        for step in STEPS
    ]


def _peaks(organisations: int) -> dict[str, float]:
    with private_warehouse():
        return {step: _peak(step, organisations) for step in STEPS}


def _peak(step: str, organisations: int) -> float:
    """MiB of one step, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory_step", step, str(organisations)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    if done.returncode != 0:
        raise RuntimeError(f"{step} at {organisations} organisations failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.split()[-1])
