"""How the forms that wait are divided among tasks, and that a broken one does not hold up the others."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from expectations.run import FORM_COST, divide
from orientir import steps
from orientir.failures import DataError

WAITING = {f"S{number}": 100 * number for number in range(1, 14)}


def test_every_form_is_in_one_task_and_tasks_are_of_about_equal_work() -> None:
    shards = divide(WAITING, most=4)
    assert sorted(chain(*shards)) == sorted(WAITING)
    work = [sum(FORM_COST + WAITING[code] for code in shard) for shard in shards]
    assert len(shards) == 4
    assert max(work) - min(work) <= FORM_COST + max(WAITING.values())


def test_no_task_is_without_a_form() -> None:
    assert divide({"S1": 3, "C1": 5}, most=8) == [["C1"], ["S1"]]
    assert divide({}) == []


def test_a_form_that_cannot_be_checked_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = []

    def validate_form(code: str) -> dict[str, Any]:
        if code == "S2":
            raise ZeroDivisionError("rule S2.X cannot be computed")
        checked.append(code)
        return {"form_code": code}

    monkeypatch.setattr(steps, "validate_form", validate_form)
    with pytest.raises(DataError, match=r"S2: rule S2\.X cannot be computed"):
        steps.validate_forms(["S1", "S2", "S3"])
    assert checked == ["S1", "S3"]
