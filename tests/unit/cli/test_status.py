"""What `orientir status` shows of what was published."""

from __future__ import annotations

from orientir.status import read_status
from warehouse.connection import connect
from warehouse.settings import Settings


def test_the_newest_extract_of_every_recipient_is_shown(clean_db: Settings) -> None:
    places = [
        "extracts/tyumen/education_ministry/2026-Q2/r1",
        "extracts/tyumen/education_ministry/2026-Q2/r2",
        "extracts/tyumen/open_data/2026-Q2/r1",
    ]
    with connect("owner") as connection:
        for number, path in enumerate(places):
            connection.execute(
                "insert into ledger.release (release_id, kind, region_code, period_code, as_of, fingerprint,"
                " path, created_at) values (%s, 'extract', 'tyumen', '2026-Q2', now(), %s, %s, now())",
                [f"extract/{number}", str(number), path],
            )
    shown = [release.path for release in read_status().releases]
    assert shown == places[1:]
