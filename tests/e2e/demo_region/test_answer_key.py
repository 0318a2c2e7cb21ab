"""What came of the files, compared with the answer key that was drawn with them."""

from __future__ import annotations

import pytest

from demo import DemoSummary
from demo.comparison import compare
from demo_region.drawn_region import (
    build_marts,
    decide_as_drawn,
    decide_otherwise,
    rows_of_every_mart,
)
from warehouse.settings import Settings


def test_outcomes_findings_and_marts_equal_the_answer_key(
    demo_settings: Settings, summary: DemoSummary
) -> None:
    """Every file has the outcome it deserves, every fault is found at its cell, every mart is as drawn."""
    assert [str(difference) for difference in compare(demo_settings)] == []
    assert len(summary.faults) > 30


@pytest.mark.slow
def test_a_full_refresh_gives_the_rows_of_a_build_of_changes(published: Settings) -> None:
    """Every mart, after decisions have been taken back and after they have been taken again."""
    built = rows_of_every_mart()
    decide_otherwise(7)
    build_marts("changes")
    changed = rows_of_every_mart()
    build_marts("all")
    assert changed == rows_of_every_mart()
    assert {"marts.fct_event", "marts.fct_school_year", "marts.rating_school"} <= {
        name for name in built if built[name] != changed[name]
    }
    decide_as_drawn()
    build_marts("changes")
    assert rows_of_every_mart() == built
