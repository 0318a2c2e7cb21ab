"""What has changed between two revisions of an extract: only what the recipient was told both times."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from publish.extract.contracts import Dataset, Field
from publish.extract.datasets import Content
from publish.extract.descriptor import csv_name

CHANGE = Field(
    "change",
    "string",
    "Изменение",
    "Что стало со строкой с прошлой редакции; исправленная стоит дважды, как была и как стала.",
    words={"added": "добавлена", "removed": "исключена", "before": "было", "after": "стало"},
)


def read_revision(folder: Path, datasets: list[Dataset]) -> dict[str, list[dict[str, str]]]:
    """The rows of a revision by dataset, as they stand in its files. A dataset it did not have has none."""
    rows = {}
    for dataset in datasets:
        path = folder / csv_name(dataset)
        text = path.read_bytes().decode("utf-8") if path.is_file() else ""
        rows[dataset.name] = list(csv.DictReader(io.StringIO(text, newline="")))
    return rows


def changes_between(before: dict[str, list[dict[str, str]]], after: list[Content]) -> list[Content]:
    """One dataset for each of the new ones, with the rows that were added, removed or corrected.

    A corrected row stands twice, as it was and as it is. Columns are those of the new revision: one that the
    old revision did not have is empty in the old row.
    """
    return [_changed(before[content.dataset.name], content) for content in after]


def _changed(before: list[dict[str, str]], after: Content) -> Content:
    dataset = after.dataset
    key = [dataset.columns.index(column) for column in dataset.primary_key]

    def named(row: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(row[position] for position in key)

    old_rows = [tuple(row.get(column) or "" for column in dataset.columns) for row in before]
    old = {named(row): row for row in old_rows}
    new = {named(row): row for row in after.rows}
    rows: list[tuple[str, ...]] = []
    for name in sorted({*old, *new}):
        if name not in old:
            rows.append(("added", *new[name]))
        elif name not in new:
            rows.append(("removed", *old[name]))
        elif old[name] != new[name]:
            rows += [("before", *old[name]), ("after", *new[name])]
    return Content(
        replace(
            dataset,
            description=f"{dataset.description} Только изменившиеся строки.",
            fields=(CHANGE, *dataset.fields),
            primary_key=(CHANGE.name, *dataset.primary_key),
        ),
        tuple(rows),
    )
