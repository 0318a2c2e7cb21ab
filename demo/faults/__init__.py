"""What people and programs do to forms: each fault with the rule that must find it and its cell."""

from demo.faults import wrong_content, wrong_layout, wrong_values
from demo.faults.kinds import CATALOGUE, FaultKind, Place, Spoil, fitting, rarity

__all__ = [
    "CATALOGUE",
    "FaultKind",
    "Place",
    "Spoil",
    "fitting",
    "rarity",
    "wrong_content",
    "wrong_layout",
    "wrong_values",
]
