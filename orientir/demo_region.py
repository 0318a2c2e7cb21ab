"""The demo region as the command line makes it: its inbox, its registry and its own today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orientir.clock import write_demo_clock
from warehouse.settings import Settings

if TYPE_CHECKING:
    from demo import DemoSummary

# By this day the last form of the school year 2025-2026 has passed its grace.
DEMO_CLOCK = "2026-07-20T09:00:00+05:00"
SEED = 2026


def ensure_demo(settings: Settings, scale: float = 1.0, seed: int = SEED) -> DemoSummary:
    """Write the demo's inbox and registry unless they are there, and fix today to its day."""
    import demo

    summary = demo.generate(settings, seed=seed, scale=scale)
    set_demo_clock(settings)
    return summary


def set_demo_clock(settings: Settings) -> None:
    """Fix today for this and all later commands of this installation."""
    write_demo_clock(settings, DEMO_CLOCK)
