"""One build of the warehouse in a process of its own: of everything, or of what has changed.

Without the public marts: they wait for the search of what to withhold, which is no work of dbt's.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Build as of the clock's moment; the first argument says how much, as ``warehouse.dbt.profile_env``.

    The results and the compiled SQL stay in dbt's target folder when a second argument is given.
    """
    from warehouse.dbt import excluded, run_dbt

    keep = sys.argv[2:] == ["keep"]
    unwanted = ["--exclude", "tag:layer_public", *excluded(sys.argv[1])]
    run_dbt(["build", *unwanted, *([] if keep else ["--no-write-json"])], scope=sys.argv[1])


if __name__ == "__main__":
    main()
