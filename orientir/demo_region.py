"""The demo region as the command line makes it: its inbox, its registry and its own today."""

from __future__ import annotations

import json

from orientir.clock import write_demo_clock
from warehouse.settings import Settings

# The day after the last form of the school year 2025-2026 has passed its grace.
DEMO_CLOCK = "2026-07-20T09:00:00+05:00"
SEED = 2026


def ensure_demo(settings: Settings, scale: float = 1.0, seed: int = SEED) -> bool:
    """Write the demo inbox and registry unless this demo is there already. True when it was written."""
    made_from = json.dumps({"seed": seed, "scale": scale})
    stamp = settings.var_dir / "demo" / "made_from.json"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == made_from:
        return False
    import demo

    stamp.unlink(missing_ok=True)
    demo.generate(settings, seed=seed, scale=scale)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from, encoding="utf-8")
    return True


def set_demo_clock(settings: Settings) -> None:
    """Fix today for this and all later commands of this installation."""
    write_demo_clock(settings, DEMO_CLOCK)
