"""Events of a school over one school year, and the unique pupils they reached so far.

Participations and unique pupils are drawn together: an event of p participants from a grade of n pupils, u of
whom were reached before by the same kind of activity, reaches from p - u to min(p, n - u) new ones.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

from demo.facts import Measure, measures
from demo.seeding import part
from demo.truth.contingent import GRADES, Contingent
from demo.truth.trials import Trial
from demo.values import Row

COVERED_KINDS = ("diagnostics", "open_lesson", "trial", "contest")
SENIOR_ONLY = {"Т3.2.19": (8, 9, 10, 11), "Ч4.4": (8, 9)}
MONTHS_OF_QUARTER = {"1": (1, 2, 3), "2": (4, 5, 6), "3": (9,), "4": (10, 11, 12)}
EVENTS_OF_QUARTER = {"1": (2, 7), "2": (2, 5), "3": (1, 3), "4": (3, 7)}
KIND_WEIGHTS = {
    "trial": 0.1,  # beside those that colleges hold
    "excursion": 0.14,
    "open_lesson": 0.2,
    "diagnostics": 0.12,
    "contest": 0.13,
    "fair": 0.06,
    "meeting": 0.09,
    "other": 0.02,
}
TITLES = {
    "trial": (
        "Проба «{}»",
        ("Сварщик", "Повар", "Программист", "Электромонтёр", "Медсестра", "Дизайнер", "Логист"),
    ),
    "excursion": ("Экскурсия на предприятие: {}", ("завод", "типография", "депо", "пекарня", "больница")),
    "open_lesson": ("Открытый урок «{}»", ("Моя профессия", "Инженеры будущего", "Профессии села", "Цифра")),
    "diagnostics": ("Диагностика профессиональных интересов, {}", ("этап 1", "этап 2", "повторная")),
    "contest": ("Конкурс «{}»", ("Мир профессий", "Золотые руки", "Юный мастер", "Профпроект")),
    "fair": ("Ярмарка «{}»", ("Учёба и карьера", "Колледжи региона")),
    "meeting": ("Встреча с представителем профессии: {}", ("врач", "инженер", "педагог", "спасатель")),
    "other": ("Классный час «{}»", ("Выбираем профессию", "Рынок труда")),
}
SAME_EVENT = ("event_date", "measure_code", "activity_kind", "title")
SHARE_OF_GRADE = {
    "trial": (0.15, 0.45),
    "excursion": (0.1, 0.35),
    "open_lesson": (0.3, 0.9),
    "diagnostics": (0.3, 0.95),
    "contest": (0.05, 0.25),
    "fair": (0.2, 0.6),
    "meeting": (0.2, 0.6),
    "other": (0.2, 0.8),
}


class YearOfEvents:
    """Draws quarter after quarter of one school year; coverage grows as quarters are drawn."""

    def __init__(self, rng: Random, region_code: str, contingent: Contingent, zeal: float) -> None:
        self._rng = rng
        self._contingent = contingent
        self._zeal = zeal
        self._by_kind: dict[str, list[Measure]] = {}
        for measure in measures(region_code):
            for kind in measure.activity_kinds:
                self._by_kind.setdefault(kind, []).append(measure)
        self._reached = {kind: dict.fromkeys(GRADES, 0) for kind in COVERED_KINDS}
        self._reached_ovz = dict.fromkeys(COVERED_KINDS, 0)

    def quarter(self, quarter: str, at_college: Sequence[Trial]) -> list[Row]:
        """Events of a quarter in order of date, with the trials that a college held for the school.

        School events of the third quarter are held in September.
        """
        low, high = EVENTS_OF_QUARTER[quarter[6]]
        number = round(self._rng.randint(low, high) * (0.55 + 0.6 * self._zeal))
        own = [self._event(day) for day in sorted(self._date(quarter) for _ in range(number))]
        # A tiny school may have nobody in the grades that an event is for.
        held = _told_apart(row for row in own if row["participants_total"])
        rows = held + [self._trial(trial) for trial in at_college]
        return sorted(rows, key=lambda row: str(row["event_date"]))

    def coverage(self) -> list[Row]:
        """Unique pupils by kind of activity since 1 September."""
        rows: list[Row] = []
        for kind in COVERED_KINDS:
            reached = self._reached[kind]
            bands = {
                "unique_6_7": reached[6] + reached[7],
                "unique_8_9": reached[8] + reached[9],
                "unique_10_11": reached[10] + reached[11],
            }
            total = sum(bands.values())
            rows.append(
                {"row_code": kind, **bands, "unique_total": total, "unique_ovz": self._reached_ovz[kind]}
            )
        return rows

    def _date(self, quarter: str) -> date:
        year, month = int(quarter[:4]), self._rng.choice(MONTHS_OF_QUARTER[quarter[6]])
        return date(year, month, self._rng.randint(1, monthrange(year, month)[1]))

    def _event(self, day: date) -> Row:
        rng = self._rng
        kinds = [kind for kind in KIND_WEIGHTS if kind in self._by_kind]
        kind = rng.choices(kinds, [KIND_WEIGHTS[k] for k in kinds])[0]
        measure = rng.choice(self._by_kind[kind])
        grades = SENIOR_ONLY.get(measure.measure_code, GRADES)
        low, high = SHARE_OF_GRADE[kind]
        share = rng.uniform(low, high) * (0.7 + 0.4 * self._zeal)
        by_grade = {}
        for grade in GRADES:
            students = self._contingent.students(grade)
            takes_part = grade in grades and rng.random() < (0.75 if kind != "diagnostics" else 0.9)
            by_grade[grade] = part(rng, students, min(1.0, share), 0.25) if takes_part else 0
        if not sum(by_grade.values()):
            largest = max(grades, key=lambda grade: (self._contingent.students(grade), grade))
            by_grade[largest] = min(1, self._contingent.students(largest))
        total = sum(by_grade.values())
        ovz_pupils = self._contingent.ovz(*(g for g in GRADES if by_grade[g]))
        ovz = min(part(rng, ovz_pupils, 0.5), total)
        self._reach(kind, by_grade, ovz)
        template, words = TITLES[kind]
        return {
            "event_date": day,
            "measure_code": measure.measure_code,
            "title": template.format(rng.choice(words)),
            "activity_kind": kind,
            "level": rng.choices(("school", "municipal", "regional", "federal"), (0.55, 0.25, 0.12, 0.08))[0],
            "holding_format": rng.choices(("in_person", "remote", "mixed"), (0.7, 0.2, 0.1))[0],
            "has_employer": rng.random()
            < {"trial": 0.6, "excursion": 0.95, "meeting": 0.7, "fair": 0.8}.get(kind, 0.15),
            **{f"participants_grade_{grade}": by_grade[grade] for grade in GRADES},
            "participants_total": total,
            "participants_ovz": ovz,
            "participants_disabled": part(rng, total - ovz, 0.01),
            "winners": part(rng, total, 0.12) if kind == "contest" else None,
            "teachers": part(rng, 1 + total // 12, 0.8),
        }

    def _trial(self, trial: Trial) -> Row:
        """A college's trial as the school tells it."""
        by_grade = dict.fromkeys(GRADES, 0) | {trial.grade: trial.participants}
        self._reach("trial", by_grade, trial.participants_ovz)
        return {
            "event_date": trial.day,
            "measure_code": self._by_kind["trial"][0].measure_code,
            "title": trial.title,
            "activity_kind": "trial",
            "level": "municipal",
            "holding_format": "in_person",
            "has_employer": trial.has_employer,
            **{f"participants_grade_{grade}": by_grade[grade] for grade in GRADES},
            "participants_total": trial.participants,
            "participants_ovz": trial.participants_ovz,
            "participants_disabled": 0,
            "winners": None,
            "teachers": 1,
        }

    def _reach(self, kind: str, by_grade: dict[int, int], ovz: int) -> None:
        if kind not in self._reached:
            return
        for grade, participants in by_grade.items():
            before = self._reached[kind][grade]
            least = max(0, participants - before)
            most = min(participants, self._contingent.students(grade) - before)
            self._reached[kind][grade] = before + self._rng.randint(least, max(least, most))
        before = self._reached_ovz[kind]
        pupils = self._contingent.ovz(*GRADES)
        total = sum(self._reached[kind].values())
        least = max(0, ovz - before)
        most = min(ovz, pupils - before)
        self._reached_ovz[kind] = min(total, before + self._rng.randint(least, max(least, most)))


def _told_apart(events: Iterable[Row]) -> list[Row]:
    """Events that are alike in everything a reader sees are numbered: they were held for several groups."""
    seen: Counter[tuple[object, ...]] = Counter()
    told = []
    for event in events:
        key = tuple(event[name] for name in SAME_EVENT)
        seen[key] += 1
        number = f", группа {seen[key]}" if seen[key] > 1 else ""
        told.append({**event, "title": f"{event['title']}{number}"})
    return told
