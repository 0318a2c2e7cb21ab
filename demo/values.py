"""What one filled form says, before it becomes a file: section → rows → field → value.

Values are the stored ones (codes in English, bool, date, int), as they should arrive in the raw tables.
A matrix row carries its `row_code`. A card has exactly one row.
"""

from copy import deepcopy
from dataclasses import dataclass, field

from ingest.forms.contract import FormContract

Value = str | int | bool | float | None | object
Row = dict[str, Value]


@dataclass
class FormValues:
    """One form of one organisation for one period."""

    form_code: str
    period_code: str
    sections: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def card(self) -> Row:
        """The only row of the card section."""
        return self.sections["card"][0]

    def rows(self, section: str) -> list[Row]:
        """Rows of a matrix or a table."""
        return self.sections[section]

    def row(self, section: str, row_code: str) -> Row:
        """The row of a matrix with this code."""
        return next(row for row in self.sections[section] if row["row_code"] == row_code)

    def copy(self) -> "FormValues":
        """A copy that can be spoilt without touching the truth."""
        return deepcopy(self)


def in_version(values: FormValues, newest: FormContract, version: FormContract) -> FormValues:
    """What a form says, told by an older version of it: fields that it lacks are left out, others renamed.

    Only the version next to the newest is known here.
    """
    if version == newest:
        return values
    told: dict[str, list[Row]] = {}
    for section in version.sections:
        before = {field.formerly: field.name for field in newest.section(section.name).fields}
        names = [(field.name, before.get(field.name, field.name)) for field in section.fields]
        told[section.name] = [
            {old: row[new] for old, new in names if new in row} for row in values.rows(section.name)
        ]
    return FormValues(values.form_code, values.period_code, told)
