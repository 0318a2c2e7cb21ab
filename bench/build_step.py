"""One build of the warehouse in a process of its own: of everything, or of what has changed."""

from __future__ import annotations

import sys


def main() -> None:
    """Build as of the clock's moment; the first argument says how much, as ``warehouse.dbt.profile_env``.

    The results and the compiled SQL stay in dbt's target folder when a second argument is given.
    """
    from warehouse.dbt import run_dbt

    keep = sys.argv[2:] == ["keep"]
    run_dbt(["build", *([] if keep else ["--no-write-json"])], scope=sys.argv[1])


if __name__ == "__main__":
    main()
