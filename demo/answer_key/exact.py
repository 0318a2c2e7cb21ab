"""Exact shares: integers and fractions, rounded half away from zero once, at the end."""

from decimal import Decimal
from fractions import Fraction

VALUE_DECIMALS = 6
SCORE_DECIMALS = 2


def rounded(number: Fraction, decimals: int) -> Decimal:
    """Half away from zero, exactly."""
    whole = int(abs(number) * 10**decimals + Fraction(1, 2))
    return Decimal(-whole if number < 0 else whole).scaleb(-decimals)


def share(numerator: int | Fraction, denominator: int | Fraction, scale: int) -> Decimal:
    """scale × numerator / denominator to 6 decimals."""
    return rounded(Fraction(scale * numerator) / denominator, VALUE_DECIMALS)
