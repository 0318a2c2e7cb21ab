"""Cases of the rules: what passes and what fails, written by hand in ``cases/<form>.yaml``.

``base`` is a submission that breaks no rule. A case changes it: ``{section: {field: value}}`` for a card,
``{section: {row: {field: value}}}`` for a matrix (row code) or a table (row number, 1 for the first), where
the value ``missing`` for a row leaves it out. ``{section: [row, …]}`` replaces all rows and
``{section: too_many}`` repeats the first one beyond what any form allows. ``sender`` changes the registry's
entry of the organisation, ``period``, ``region`` and ``received`` the submission, ``notes`` what the reader
noted.

A failing case also says ``at``: the places that must be found, as ``[row number in the sheet, field]``.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.yaml_files import read_yaml

CASES_DIR = Path(__file__).parent / "rules" / "cases"
FORMS = tuple(sorted(path.stem.upper() for path in CASES_DIR.glob("*.yaml")))

# Row numbers in the sheet: the data of a matrix or a table begins in the sheet's row 4, a card has no rows.
FIRST_ROW = 4


@dataclass(frozen=True)
class Case:
    """One submission made for one rule. ``at`` is empty where the rule must be silent.

    ``is_listed`` is true for the cases of ``required`` and ``limits``, which are many and alike.
    """

    rule_id: str
    number: int
    sections: dict[str, list[dict[str, Any]]]
    sender: dict[str, Any]
    period: str
    region: str
    received: str
    notes: dict[str, dict[str, str]]
    at: frozenset[tuple[int | None, str | None]]
    is_listed: bool

    @property
    def name(self) -> str:
        """What the case is called in a test report."""
        return f"{self.rule_id}-{'fails' if self.at else 'passes'}-{self.number}"


@dataclass
class _Draft:
    change: dict[str, Any]
    at: list[list[Any]] = field(default_factory=list)


@cache
def cases(form_code: str) -> tuple[Case, ...]:
    """All cases of a form."""
    content = read_yaml(CASES_DIR / f"{form_code.lower()}.yaml")
    base = content["base"]
    drafts: list[tuple[str, _Draft]] = []
    for rule_id, listed in content["rules"].items():
        drafts += [(f"{form_code}.{rule_id}", _Draft(change)) for change in listed["passes"]]
        for failing in listed["fails"]:
            change = dict(failing)
            drafts.append((f"{form_code}.{rule_id}", _Draft(change, change.pop("at"))))
    own = len(drafts)
    drafts += _required(form_code, content["required"])
    drafts += _limits(form_code, content["limits"])
    return tuple(
        _case(rule_id, number, base, draft, number >= own) for number, (rule_id, draft) in enumerate(drafts)
    )


def _required(form_code: str, required: dict[str, list[str]]) -> list[tuple[str, _Draft]]:
    """A field that is filled passes, an empty one fails, one that the reader has reported is left alone."""
    drafts = []
    for section, fields in required.items():
        for name in fields:
            rule_id = f"{form_code}.REQUIRED.{section.upper()}.{name.upper()}"
            is_card = section == "card"
            change = {section: {name: None} if is_card else {FIRST: {name: None}}}
            place = [None if is_card else FIRST_ROW, name]
            drafts.append((rule_id, _Draft({})))
            drafts.append(
                (rule_id, _Draft({**change, "notes": {name: {"kind": "blank", "text": ""}}}, [place]))
            )
            drafts.append((rule_id, _Draft({**change, "notes": {name: {"kind": "dash", "text": "—"}}})))
    return drafts


def _limits(form_code: str, limits: dict[str, dict[str, list[Any]]]) -> list[tuple[str, _Draft]]:
    """Values of single fields on both sides of a limit: ``KIND.section.field: {passes: […], fails: […]}``."""
    drafts = []
    for key, values in limits.items():
        kind, section, name = key.split(".")
        rule_id = f"{form_code}.{kind}.{section.upper()}.{name.upper()}"
        for verdict in ("passes", "fails"):
            for value in values[verdict]:
                if section == "card":
                    change, place = {section: {name: value}}, [None, name]
                else:
                    change, place = {section: {FIRST: {name: value}}}, [FIRST_ROW, name]
                drafts.append((rule_id, _Draft(change, [place] if verdict == "fails" else [])))
    return drafts


# More rows than the longest table of a form may have.
TOO_MANY = 5001

# The first row of a section, whatever its code.
FIRST = "first"


def _case(rule_id: str, number: int, base: dict[str, Any], draft: _Draft, is_listed: bool) -> Case:
    change = dict(draft.change)
    notes = change.pop("notes", {})
    sender = {**base["sender"], **change.pop("sender", {})}
    period = change.pop("period", base["period"])
    region = change.pop("region", base["region"])
    received = change.pop("received", base["received"])
    sections: dict[str, list[dict[str, Any]]] = copy.deepcopy(base["sections"])
    for section, changes in change.items():
        _apply(sections, section, changes)
    return Case(
        rule_id, number, sections, sender, period, region, str(received), notes,
        frozenset((row, name) for row, name in draft.at), is_listed,
    )  # fmt: skip


def _apply(sections: dict[str, list[dict[str, Any]]], section: str, changes: Any) -> None:
    if changes == "too_many":
        sections[section] = sections[section][:1] * TOO_MANY
        return
    if isinstance(changes, list):
        sections[section] = copy.deepcopy(changes)
        return
    if section == "card":
        sections[section][0].update(changes)
        return
    for key, values in changes.items():
        place = _row(sections[section], key)
        if values == "missing":
            del sections[section][place]
        else:
            sections[section][place].update(values)


def _row(rows: list[dict[str, Any]], key: Any) -> int:
    if key == FIRST:
        return 0
    if rows and "row_code" in rows[0]:
        return next(place for place, row in enumerate(rows) if row["row_code"] == str(key))
    return int(key) - 1
