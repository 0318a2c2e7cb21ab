"""Compare the warehouse with what the demo drew."""

from __future__ import annotations

from warehouse.settings import get_settings


def compare() -> list[str]:
    """Every difference between outcomes, findings and marts and the demo's answer key, one line each.

    Raises FileNotFoundError if the demo was not generated.
    """
    from demo.comparison import compare as compare_with_key

    return [str(difference) for difference in compare_with_key(get_settings())]
