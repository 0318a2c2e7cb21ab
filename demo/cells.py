"""Things that stand in a cell instead of the value that should stand there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AsWritten:
    """Text typed by a person where the form expects something else; printed as it is in any format."""

    text: str


@dataclass(frozen=True)
class ErrorCell:
    """A spreadsheet error such as #DIV/0!."""

    code: str


@dataclass(frozen=True)
class Formula:
    """A formula and the value the spreadsheet program stored for it; None where it was never calculated."""

    text: str
    cached: int | None
