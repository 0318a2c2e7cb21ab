"""How much of the marts a build makes anew: all of them, or only the school years that have changed.

The one place that decides it. Rows of facts follow from the submissions that count, from their raw rows,
which never change, and from the dbt project; which submissions count follows from decisions and the moment.
So a build of changes is right whenever the last build ended well with the same project. After a change of the
registry or for an earlier moment everything is made anew as well: that is rare, and nobody has to wonder.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from psycopg import Connection

Scope = Literal["all", "changes"]


@dataclass(frozen=True)
class BuildScope:
    """How much is built, and why, in words for the log."""

    scope: Scope
    reason: str


def decide_scope(
    connection: Connection,
    *,
    project_sha256: str,
    registry_digest: str,
    as_of: datetime,
    full_refresh: bool,
) -> BuildScope:
    """Compare what a build would be made from with what the last one was."""
    if full_refresh:
        return BuildScope("all", "full refresh, because it was asked for")
    last = connection.execute(
        "select outcome, project_sha256, registry_digest, as_of from ledger.build"
        " order by started_at desc limit 1"
    ).fetchone()
    if last is None:
        return BuildScope("all", "full refresh, because nothing has been built yet")
    outcome, built_project, built_registry, built_as_of = last
    reasons = {
        "the last build failed or never ended": outcome != "success",
        "the dbt project has changed": built_project != project_sha256,
        "the registry has changed": built_registry != registry_digest,
        f"the last build was made for a later moment, {built_as_of.isoformat()}": built_as_of > as_of,
    }
    true = [reason for reason, holds in reasons.items() if holds]
    if true:
        return BuildScope("all", f"full refresh, because {', and '.join(true)}")
    return BuildScope("changes", f"only what has changed since the build as of {built_as_of.isoformat()}")
