"""The dimension of organisations: what each was called and where it stood, and until when."""

from datetime import timedelta
from typing import Any

import pandas as pd

from demo.history import CHANGED_ON, described_on
from demo.organisations import OPENED_ON, Organisation


def organisation_versions(orgs: list[Organisation]) -> pd.DataFrame:
    """One row per organisation and version; who was renamed or moved has two."""
    rows: list[dict[str, Any]] = []
    for org in orgs:
        if org.renamed_to or org.moved_to:
            rows.append(
                {
                    **_described(described_on(org, OPENED_ON)),
                    "valid_from": OPENED_ON,
                    "valid_to": CHANGED_ON - timedelta(days=1),
                    "is_current": False,
                    "closed_on": org.closed_on,
                    "successor_ogrn": org.successor_ogrn,
                }
            )
            begins = CHANGED_ON
        else:
            begins = OPENED_ON
        rows.append(
            {
                **_described(described_on(org, CHANGED_ON)),
                "valid_from": begins,
                "valid_to": org.closed_on,
                "is_current": True,
                "closed_on": org.closed_on,
                "successor_ogrn": org.successor_ogrn,
            }
        )
    return pd.DataFrame(rows).astype({"successor_ogrn": object})


def _described(org: Organisation) -> dict[str, Any]:
    return {
        "ogrn": org.ogrn,
        "region_code": org.region_code,
        "kind": org.kind,
        "name_short": org.name_short,
        "municipality_code": org.oktmo,
        "territory_code": org.territory_oktmo,
    }
