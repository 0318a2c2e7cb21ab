"""The weights of the methodologies, checked before dbt loads them.

dbt checks them too, but after the seed is in the database: analysts would read wrong weights beside marts
that were not made with them until the next good build.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orientir.failures import DataError

SEED = Path("seeds") / "methodology_directions.csv"


class WeightsError(DataError):
    """The weights of the directions of a methodology do not sum to 1."""


def check_weights(project: Path) -> None:
    """Add up the weights in the dbt project. Raises WeightsError, in the words of dbt's own test."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    with (project / SEED).open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                weight = Decimal(row["weight"])
            except InvalidOperation as error:
                raise WeightsError(
                    f"{project / SEED}, line {number}: {row['weight']!r} is no weight"
                ) from error
            sums[row["methodology_code"], row["unit_type"]] += weight
    wrong = [
        f"сумма весов методики {code}, {unit_type} равна {total}, а должна быть 1"
        for (code, unit_type), total in sorted(sums.items())
        if total != 1
    ]
    if wrong:
        raise WeightsError(
            f"Рейтинг строить нельзя: {'; '.join(wrong)}.",
            hint=f"correct {project / SEED}; nothing was loaded, marts and weights are as they were",
        )
