"""From a submission to every published figure that it entered."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import psycopg

from ingest.ledger.snapshots import Snapshot
from publish.release_diff import source_forms
from publish.release_figures import Figure, feeds, figures_of
from publish.release_register import (
    CountingSubmission,
    ReleaseRecord,
    find_release,
    list_releases,
    submissions,
)


@dataclass(frozen=True)
class Touched:
    """A release in which a submission counts, and the figures that it entered.

    `figures` is None where no folder holds the release's files any more.
    """

    release: ReleaseRecord
    submission: CountingSubmission
    figures: tuple[Figure, ...] | None


def touched_by(connection: psycopg.Connection[Any], submission_id: str) -> list[Touched]:
    """The releases that a submission counts in, in the order of their making.

    Empty where it counts in none: it was replaced, not accepted, or came after the last release.
    """
    found = []
    states: dict[str, Snapshot] = {}
    forms = source_forms(connection)
    for listed in list_releases(connection, stage="released"):
        if listed.snapshot_sha256 is None:
            continue
        if listed.snapshot_sha256 not in states:
            states[listed.snapshot_sha256] = Snapshot.read(connection, listed.snapshot_sha256)
        state = states[listed.snapshot_sha256]
        if submission_id not in state.counting():
            continue
        own = submissions(connection, [submission_id], listed.region_code)
        if not own:
            continue
        record = find_release(connection, listed.release_id)
        submission = dataclasses.replace(own[0], municipality_code=_municipality(state, own[0]))
        printed = figures_of(record)
        figures = None if printed is None else _entered(printed, submission, record, forms)
        found.append(Touched(record, submission, figures))
    return found


def _entered(
    printed: list[Figure],
    submission: CountingSubmission,
    record: ReleaseRecord,
    forms: dict[str, frozenset[str]],
) -> tuple[Figure, ...]:
    return tuple(
        figure
        for figure in printed
        if figure.is_number
        and figure.value is not None
        and feeds(submission, figure.address, record.region_code, forms)
    )


def _municipality(state: Snapshot, submission: CountingSubmission) -> str:
    """Where the organisation stood then."""
    return next(
        (row["oktmo"] for row in state.rows("organisation") if row["ogrn"] == submission.ogrn),
        submission.municipality_code,
    )
