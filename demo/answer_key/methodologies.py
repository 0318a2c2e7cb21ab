"""The methodologies m2024.1 and m2025.1, written from their text, not the seeds."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

ONE, HALF = Fraction(1), Fraction(1, 2)


@dataclass(frozen=True)
class Scale:
    """Values of an indicator that give 0 and 100 (exchanged where less is better), and its weight inside."""

    low: int
    high: int
    weight: Fraction = ONE
    is_inverse: bool = False


@dataclass(frozen=True)
class Methodology:
    """One version for one kind of unit: weights of the directions, and the scale of each indicator."""

    code: str
    direction_weight: dict[int, Fraction]
    scales: dict[str, Scale]

    def nominal_weight(self, indicator_code: str) -> Fraction:
        """What the indicator weighs in the whole where nothing is missing."""
        number = direction(indicator_code)
        inside = sum((s.weight for c, s in self.scales.items() if direction(c) == number), Fraction(0))
        return self.direction_weight[number] * self.scales[indicator_code].weight / inside

    def rates(self, measured: Iterable[str]) -> bool:
        """Whether any of the indicators that a unit is measured by is one of its own."""
        return any(code in self.scales for code in measured)

    def with_equal_weights(self) -> "Methodology":
        """The same with one weight for all indicators."""
        counts = Counter(map(direction, self.scales))
        return replace(
            self,
            direction_weight={number: Fraction(n, len(self.scales)) for number, n in counts.items()},
            scales={code: replace(scale, weight=ONE) for code, scale in self.scales.items()},
        )


# The directions of what centres and colleges are measured by; the others begin with theirs.
DIRECTIONS = {
    **dict.fromkeys(("Z1", "Z2", "Z3", "P5"), 3),
    **dict.fromkeys(("Z4", "Z5", "P2", "P6"), 4),
    **dict.fromkeys(("Z6", "P1", "P4", "P7"), 6),
    "P3": 1,
}


def direction(indicator_code: str) -> int:
    """The direction of the road map that an indicator belongs to."""
    return DIRECTIONS.get(indicator_code) or int(indicator_code[0])


def _percent(**weights: int) -> dict[int, Fraction]:
    return {int(name[1:]): Fraction(weight, 100) for name, weight in weights.items()}


SCHOOL = {
    "1.1": Scale(0, 100),
    "1.2": Scale(50, 100),
    "1.3": Scale(0, 8),
    "1.5": Scale(0, 100),
    "2.1": Scale(0, 100),
    "2.2": Scale(0, 60),
    "2.3": Scale(50, 400, is_inverse=True),
    "3.1": Scale(50, 100),
    "3.2": Scale(50, 100),
    "3.3": Scale(0, 100),
    "3.4": Scale(0, 100),
    "3.5": Scale(0, 100),
    "3.6": Scale(0, 60),
    "4.1": Scale(0, 100, HALF),
    "4.2": Scale(1, 4, HALF),
    "4.3": Scale(0, 1),
    "4.6": Scale(0, 50),
    "4.7": Scale(0, 50),
    "5.1": Scale(0, 100),
    "5.2": Scale(0, 60),
    "6.1": Scale(50, 100),
    "6.2": Scale(50, 100),
    "6.3": Scale(30, 100),
    "6.4": Scale(0, 100),
    "6.5": Scale(0, 80),
}
MUNICIPALITY = SCHOOL | {
    "1.1": Scale(50, 100),
    "1.3": Scale(0, 8, HALF),
    "1.4": Scale(0, 100, HALF),
    "2.4": Scale(0, 5),
    "4.4": Scale(50, 100),
    "4.5": Scale(0, 30),
    "5.3": Scale(0, 100),
}
CENTER = {
    "1.2": Scale(50, 100),
    "3.6": Scale(0, 60),
    "4.4": Scale(50, 100),
    "4.5": Scale(0, 30),
    "6.5": Scale(0, 80),
    "Z1": Scale(50, 100),
    "Z2": Scale(20, 60),
    "Z3": Scale(0, 100),
    "Z4": Scale(0, 100),
    "Z5": Scale(0, 1000),
    "Z6": Scale(50, 100),
}
COLLEGE = {
    "1.2": Scale(50, 100),
    "3.6": Scale(0, 60),
    "P1": Scale(50, 100),
    "P2": Scale(0, 200),
    "P3": Scale(0, 10),
    "P4": Scale(30, 100),
    "P5": Scale(0, 60),
    "P6": Scale(0, 5),
    "P7": Scale(50, 100),
}
FIRST_EDITION = {
    "1.1": Scale(50, 100),
    **{
        code: replace(SCHOOL[code], weight=ONE)
        for code in ("1.2", "1.5", "3.1", "3.2", "3.3", "3.4", "3.6", "4.1", "4.7", "5.1", "6.1", "6.2")
    },
}
OF_SCHOOLS = _percent(d1=15, d2=15, d3=20, d4=25, d5=10, d6=15)

M2025 = {
    "school": Methodology("m2025.1", OF_SCHOOLS, SCHOOL),
    "municipality": Methodology("m2025.1", OF_SCHOOLS, MUNICIPALITY),
    "employment_center": Methodology("m2025.1", _percent(d1=10, d3=35, d4=35, d6=20), CENTER),
    "spo_college": Methodology("m2025.1", _percent(d1=20, d3=20, d4=25, d6=35), COLLEGE),
}
# The year before: five equal weights and thirteen indicators, of schools and municipalities only.
M2024 = {
    unit_type: Methodology("m2024.1", _percent(d1=20, d3=20, d4=20, d5=20, d6=20), FIRST_EDITION)
    for unit_type in ("school", "municipality")
}


def in_force(school_year: str, unit_type: str) -> Methodology | None:
    """The methodology by which units of this kind were rated in a school year of the demo, if by any."""
    return (M2024 if school_year == "2024-2025" else M2025).get(unit_type)


def not_in_force(school_year: str, unit_type: str) -> Methodology | None:
    """The one of the neighbouring year, by which the same values are rated for comparison."""
    return (M2025 if school_year == "2024-2025" else M2024).get(unit_type)
