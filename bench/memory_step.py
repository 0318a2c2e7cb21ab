"""One step of the memory benchmark: does it, then prints the peak resident set of this process in MiB."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# Organisations of the standard demo, scale 1.0.
STANDARD = 314
SEED = 2026
TERMS = (("S1", "2025-2026"), ("S3", "2025-Q4"))
KIND = "school"


def generate(organisations: int) -> None:
    """Write registries and, for each school, the files of ``TERMS``."""
    from demo.delivery import deliveries
    from demo.drafts import draft
    from demo.facts import REGIONS
    from demo.organisations import REGISTRY_DATE, write_registry
    from demo.organisations import organisations as draw
    from demo.periods import term
    from demo.plan import DemoPlan
    from demo.truth import truth
    from ingest.forms.catalogue import load_contracts
    from warehouse.settings import get_settings

    settings = get_settings()
    plan = DemoPlan(SEED, organisations / STANDARD, 0.0)
    for region in REGIONS:
        registry = settings.registry_dir / region / f"organisations_{REGISTRY_DATE.isoformat()}.csv"
        write_registry(registry, plan.seed, region, plan.scale)
        for org in draw(plan.seed, region, plan.scale):
            if org.kind != KIND:
                continue
            drawn = truth(plan.seed, org, plan.scale)
            folder = settings.inbox_dir / region / org.folder
            folder.mkdir(parents=True)
            for key in filter(drawn.__contains__, TERMS):
                for first in deliveries(plan, org, term(*key), drawn[key])[:1]:
                    path = folder / f"{key[0]}_{key[1]}.xlsx"
                    path.write_bytes(draft(load_contracts()[key[0]], drawn[key]).data("xlsx", "utf-8"))
                    moment = first.received_at.timestamp()
                    os.utime(path, (moment, moment))


def pull(_: int) -> None:
    """Pull all schools' files, shard by shard."""
    from orientir import steps

    for shard in steps.plan_pull(KIND, "all"):
        steps.pull_shard(shard)


def validate(_: int) -> None:
    """Check what was read."""
    from orientir import steps

    for form in steps.forms_to_validate(None):
        steps.validate_form(form)


def peak_mib() -> float:
    """MiB of the largest resident set since this program was started.

    getrusage would not do: what it calls the peak of a process begins with the size of its parent.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the kernel reports no VmHWM in /proc/self/status")


def main() -> None:
    """Do the step named by the first argument for as many organisations as the second says."""
    step, organisations = sys.argv[1], int(sys.argv[2])
    {"generate": generate, "pull": pull, "validate": validate}[step](organisations)
    print(peak_mib())


if __name__ == "__main__":
    main()
