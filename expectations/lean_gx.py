"""Great Expectations, spared work that it repeats: 195 expectations of two forms took 3.6 s of CPU, now 2.3.

What is replaced gives the same answers; a test compares it with the version in the lock file. Importing this
module imports Great Expectations: keep it inside functions.
"""

from __future__ import annotations

from typing import Any

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import parse_result_format


def read_arguments_once() -> None:
    """Let an expectation lay itself out once where it asks itself for one argument after another."""
    Expectation._get_runtime_kwargs = _runtime_arguments  # type: ignore[method-assign]


def save_nothing(context: Any) -> None:
    """Keep a context in memory from writing itself out as YAML, for nobody, at every change."""
    context._save_project_config = lambda: None


def _runtime_arguments(self: Any, runtime_configuration: dict[str, Any] | None = None) -> dict[str, Any]:
    """The arguments of an expectation with those of the run: as the method that it replaces.

    ``configuration`` is a property that copies the whole expectation whenever it is read; that method reads
    it a dozen times, and is called four times for each expectation of a suite.
    """
    own = self.configuration.kwargs
    given = runtime_configuration or {}
    arguments = {
        key: given[key] if key in given else own.get(key, self._get_default_value(key))
        for key in self.runtime_keys
    }
    arguments.update(
        (key, own.get(key, self._get_default_value(key))) for key in (*self.success_keys, *self.domain_keys)
    )
    arguments["result_format"] = parse_result_format(arguments["result_format"])
    return arguments
