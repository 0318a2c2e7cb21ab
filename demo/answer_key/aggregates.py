"""Municipalities and regions: sums of numerators over sums of denominators."""

import pandas as pd

# Where no organisation has a number, the reason to act upon stands for all: first who did not report.
REASON_ORDER = ("not_submitted", "rejected", "not_due", "low_response", "small_denominator", "not_applicable")
# Each report is owed by one organisation: those of centres and colleges count with those of schools.
REPORTS = "1.2"
SUM_KEYS = ["indicator_code", "region_code", "unit_type", "unit_code", "school_year"]


def partial_sums(units: pd.DataFrame) -> pd.DataFrame:
    """Sums of one batch of organisations by municipality and region; sums of batches may be added up."""
    local = units[(units["unit_type"] == "school") | (units["indicator_code"] == REPORTS)]
    placed = pd.concat(
        [
            local.assign(unit_type="municipality", unit_code=local["municipality_code"]),
            units.assign(unit_type="region", unit_code=units["region_code"]),
        ],
        ignore_index=True,
    )
    placed["reason_no"] = placed["missing_reason"].map({reason: n for n, reason in enumerate(REASON_ORDER)})
    placed["known"] = placed["denominator"].notna().astype(int)
    return _total(placed)


def add_up(sums: list[pd.DataFrame]) -> pd.DataFrame:
    """Add up the sums of batches."""
    return _total(pd.concat(sums, ignore_index=True))


def _total(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.groupby(SUM_KEYS, as_index=False, sort=True).agg(
        numerator=("numerator", "sum"),
        denominator=("denominator", "sum"),
        known=("known", "sum"),
        reason_no=("reason_no", "min"),
    )


def finished(sums: pd.DataFrame) -> pd.DataFrame:
    """Numerators, denominators and, where nobody had a number, the reason."""
    has_numbers = sums["known"] > 0
    reason = sums["reason_no"].map(dict(enumerate(REASON_ORDER))).astype(object)
    return sums.assign(
        numerator=sums["numerator"].where(has_numbers),
        denominator=sums["denominator"].where(has_numbers),
        missing_reason=reason.where(~has_numbers, None),
    )[[*SUM_KEYS, "numerator", "denominator", "missing_reason"]]
