"""Run the benchmarks, all or some: ``python -m bench [a b c d e f g]``. Writes JSON and prints a table.

``python -m bench --large`` runs those that have a large size, at that size; they take an hour and tens of
gigabytes.
"""

from __future__ import annotations

import sys
import time
from importlib import import_module

from bench.measurement import Measurement, print_table, write_results

BENCHMARKS = {
    "a": "bench.read_load",
    "b": "bench.gx_engines",
    "c": "bench.dbt_build",
    "d": "bench.dag_overhead",
    "e": "bench.memory",
    "f": "bench.extract_copy",
    "g": "bench.reference_document",
}


LARGE = "--large"


def main(arguments: list[str]) -> int:
    """Run the chosen benchmarks, or all. Returns 1 when a goal is missed, 2 for an unknown name."""
    from warehouse.settings import get_settings

    chosen = [argument for argument in arguments if argument != LARGE]
    run = "run_large" if LARGE in arguments else "run"

    unknown = [name for name in chosen if name not in BENCHMARKS]
    if unknown:
        print(
            f"there is no benchmark {', '.join(unknown)}: choose from {' '.join(BENCHMARKS)}", file=sys.stderr
        )
        return 2
    results = get_settings().var_dir / "bench" / ("large.json" if LARGE in arguments else "results.json")
    measurements: list[Measurement] = []
    for name in chosen or list(BENCHMARKS):
        if not hasattr(import_module(BENCHMARKS[name]), run):
            continue
        print(f"({name}) …", end=" ", file=sys.stderr, flush=True)
        began = time.perf_counter()
        measurements += getattr(import_module(BENCHMARKS[name]), run)()
        print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr)
        write_results(measurements, results)
    print_table(measurements)
    print(f"written to {results}")
    return 1 if any(item.verdict == "missed" for item in measurements) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
