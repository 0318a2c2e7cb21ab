"""Which school years and periods may be asked for: over, and made for somebody."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
from click.testing import CliRunner

from orientir import steps
from orientir.cli import main
from orientir.commands import options
from orientir.steps import UnknownNameError
from publish.extract.contracts import load_recipients

MOMENT = datetime(2026, 7, 20, 9, tzinfo=timezone(timedelta(hours=5)))


@pytest.fixture(autouse=True)
def built(monkeypatch: pytest.MonkeyPatch) -> None:
    """The marts are as of 20 July 2026, and no package is written."""
    monkeypatch.setattr(steps, "built_moment", lambda _: MOMENT)

    def never(*_: object) -> None:
        raise AssertionError("nothing may be written")

    monkeypatch.setattr("publish.extract.build.build_extract", never)


@pytest.mark.parametrize("asked", ["2025", "2025-2027", "2026-2025", "2026-Q2", "2025-09", "", "прошлый"])
def test_what_is_no_school_year_is_refused_with_an_example(asked: str) -> None:
    with pytest.raises(UnknownNameError, match="is no school year") as refused:
        steps.school_year(asked)
    assert refused.value.hint == "write two years in a row, as 2025-2026"


def test_a_rating_is_explained_of_a_school_year_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "open_database", lambda: None)
    asked = ["rating", "explain", "--rating", "school", "--period", "2025", "--unit", "1027400000000"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 2
    assert result.stderr == "orientir: '2025' is no school year\nwrite two years in a row, as 2025-2026\n"


def test_without_a_school_year_it_is_the_last_that_has_ended() -> None:
    assert steps.school_year(None) == "2025-2026"
    assert steps.school_year("2019-2020") == "2019-2020"


@pytest.mark.parametrize("period", ["2026-07", "2026-Q3", "2031-06"])
def test_no_extract_is_made_of_a_period_that_has_not_ended(period: str) -> None:
    with pytest.raises(
        UnknownNameError, match=f"{period} ends on .*, the marts are as of 2026-07-20"
    ) as refused:
        steps.publish_extracts("tyumen", period, None)
    assert refused.value.hint == "the last that may be sent: 2026-06, 2026-Q2"


def test_a_period_is_over_on_the_day_after_its_last() -> None:
    recipients = list(load_recipients().values())
    with pytest.raises(UnknownNameError):
        steps._ended_period("2026-06", date(2026, 6, 30), recipients)
    assert steps._ended_period("2026-06", date(2026, 7, 1), recipients) == "2026-06"


@pytest.mark.parametrize(
    ("recipient", "period", "kinds", "hint"),
    [
        ("open_data", "2026-06", "quarters", "2026-Q2"),
        ("labour_department", "2026-Q2", "months", "2026-06"),
        (None, "2025-2026", "months and quarters", "2026-06, 2026-Q2"),
        (None, "2026-H1", "months and quarters", "2026-06, 2026-Q2"),
    ],
)
def test_who_is_sent_no_extract_of_such_a_period_is_named(
    recipient: str | None, period: str, kinds: str, hint: str
) -> None:
    with pytest.raises(
        UnknownNameError, match=f"no extract of {period} is sent to .*{recipient or ''}: only of {kinds}$"
    ) as refused:
        steps.publish_extracts("tyumen", period, None, recipient)
    assert refused.value.hint == f"the last that may be sent: {hint}"
