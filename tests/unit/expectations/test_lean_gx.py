"""What Great Expectations is spared changes none of its answers."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("asked", "catches"), [({}, True), ({"catch_exceptions": False}, False)], ids=["default", "asked"]
)
def test_the_arguments_of_an_expectation_are_those_of_great_expectations(
    asked: dict[str, Any], catches: bool
) -> None:
    import great_expectations as gx

    from expectations import lean_gx

    lean_gx.read_arguments_once()
    expectation = gx.expectations.ExpectColumnValuesToNotBeNull(column="pupils", mostly=0.9)

    assert expectation._get_runtime_kwargs({"result_format": "BOOLEAN_ONLY", **asked}) == {
        "column": "pupils",
        "mostly": 0.9,
        "batch_id": None,
        "row_condition": None,
        "condition_parser": None,
        "catch_exceptions": catches,
        "result_format": {
            "result_format": "BOOLEAN_ONLY",
            "partial_unexpected_count": 20,
            "include_unexpected_rows": False,
            "map_expectation_unexpected_rows_as_dict": False,
        },
    }
