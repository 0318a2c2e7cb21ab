"""What a command says when it cannot go on, and the exit code it leaves with."""

from __future__ import annotations

OK = 0
DATA_FAILED = 1
USAGE = 2
INFRASTRUCTURE = 3


class CommandError(Exception):
    """A command stops here. The text says what was wrong, where, and what to do."""

    exit_code = INFRASTRUCTURE

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InfrastructureError(CommandError):
    """The machine, the database or Airflow is in the way: nothing is wrong with the data."""


class DataError(CommandError):
    """The data, or a check of it, did not hold."""

    exit_code = DATA_FAILED
