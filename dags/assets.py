"""The assets that chain the DAGs: what one DAG announces and the next one waits for."""

from __future__ import annotations

from airflow.sdk import Asset

KINDS = ("school", "employment_center", "spo_college", "municipal_authority")

SUBMISSIONS: dict[str, Asset] = {
    kind: Asset(name=f"submissions_{kind}", uri=f"orientir://submissions/{kind}", group="orientir")
    for kind in KINDS
}
DECISIONS = Asset(name="decisions", uri="orientir://decisions", group="orientir")
RELEASES = Asset(name="releases", uri="orientir://releases", group="orientir")
MARTS = Asset(name="marts", uri="orientir://marts", group="orientir")
