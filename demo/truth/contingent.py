"""Pupils of grades 6–11 by school year: cohorts move up a grade, grade 10 takes part of grade 9."""

from dataclasses import dataclass
from random import Random

from demo.organisations import Organisation
from demo.seeding import part
from demo.values import Row

GRADES = (6, 7, 8, 9, 10, 11)
COUNTS = (
    "students",
    "students_ovz",
    "disabled_within_ovz",
    "disabled_outside_ovz",
    "gifted",
    "low_motivation",
    "profminimum_students",
)


@dataclass(frozen=True)
class Contingent:
    """Counts by grade of one school on 20 September."""

    by_grade: dict[int, dict[str, int]]

    def students(self, *grades: int) -> int:
        """Pupils of these grades."""
        return sum(self.by_grade[grade]["students"] for grade in grades)

    def ovz(self, *grades: int) -> int:
        """Pupils with ОВЗ of these grades."""
        return sum(self.by_grade[grade]["students_ovz"] for grade in grades)

    def rows(self) -> list[Row]:
        """Rows of the matrix, with the total."""
        rows: list[Row] = [{"row_code": str(grade), **self.by_grade[grade]} for grade in GRADES]
        rows.append(
            {"row_code": "total", **{name: sum(self.by_grade[g][name] for g in GRADES) for name in COUNTS}}
        )
        return rows


def contingents(rng: Random, org: Organisation, years: int) -> list[Contingent]:
    """Contingent of each school year in order."""
    least = 1 if org.grade_size else 0

    def intake() -> int:
        return (
            max(least, part(rng, org.grade_size * 2, 0.5, 0.25))
            if org.grade_size
            else int(rng.random() < 0.4)
        )

    sizes = {grade: intake() for grade in GRADES}
    sizes[9] = max(1, sizes[9])
    stay = rng.uniform(0.35, 0.62)
    for grade in (10, 11):
        sizes[grade] = max(1, part(rng, sizes[grade], stay, 0.2))
    result = []
    coverage = min(0.99, 0.55 + 0.4 * org.zeal)
    for _ in range(years):
        if not org.has_grade_10_11:
            sizes[10] = sizes[11] = 0
        result.append(Contingent({g: _grade(rng, sizes[g], coverage) for g in GRADES}))
        moved = {grade: max(least, part(rng, sizes[grade - 1], 0.98, 0.04)) for grade in (7, 8, 9)}
        moved[6] = intake()
        moved[10] = max(1, part(rng, sizes[9], stay, 0.2))
        moved[11] = max(1, part(rng, sizes[10], 0.96, 0.04)) if sizes[10] else 0
        sizes = moved
        coverage = min(0.995, coverage + rng.uniform(-0.03, 0.08))
    return result


def _grade(rng: Random, students: int, coverage: float) -> dict[str, int]:
    ovz = part(rng, students, 0.06)
    return {
        "students": students,
        "students_ovz": ovz,
        "disabled_within_ovz": part(rng, ovz, 0.3),
        "disabled_outside_ovz": part(rng, students - ovz, 0.012),
        "gifted": part(rng, students, 0.07),
        "low_motivation": part(rng, students, 0.09),
        "profminimum_students": part(rng, students, coverage, 0.08),
    }
