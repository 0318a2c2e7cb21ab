"""What a row of a filled form says, and where it stands in the file."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from demo.drafts import first_line
from demo.files import WrittenFile
from demo.periods import span
from demo.values import Row
from ingest.forms.catalogue import contract as contract_in_force

# Requisites and personal data do not go to the marts; a row's code is the grade or the kind of activity.
NOT_IN_MARTS = (
    "inn",
    "organisation_name",
    "responsible_full_name",
    "responsible_phone",
    "period",
    "ogrn",
    "oktmo",
    "row_code",
)


def said(row: Row, renamed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Fields of a row that marts hold, under the marts' names."""
    names = renamed or {}
    return {names.get(name, name): value for name, value in row.items() if name not in NOT_IN_MARTS}


def place_of_rows(file: WrittenFile, section: str) -> Iterator[int]:
    """Numbers of the lines on which a table's rows stand, moved where the file's fault moved them."""
    # The version that the file is filled in: what counts is in the one in force for its period.
    contract = contract_in_force(file.term.form_code, span(file.term.period_code)[0])
    first = contract.section(section).first_row
    if first is None:
        return count(first_line(contract, file.values, section))
    is_moved = file.place is not None and file.place.section == section
    return count(first + (file.place.rows_moved_by if file.place and is_moved else 0))
