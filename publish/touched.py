"""From a submission to every published figure that it entered."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import psycopg

from ingest.ledger.snapshots import Snapshot
from ingest.periods import parse_period
from publish.origins.entering import Entering
from publish.release_diff import source_forms
from publish.release_figures import Address, Figure, feeds, figures_of
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

    `figures` is None where no folder holds the release's files any more. Of `certain` the report's own
    cells, findings or days are a part; the others it may have moved, as the places of a rating.
    """

    release: ReleaseRecord
    submission: CountingSubmission
    figures: tuple[Figure, ...] | None
    certain: frozenset[Address] = frozenset()


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
        if printed is None:
            found.append(Touched(record, submission, None))
            continue
        entering = Entering(connection, submission, _last_periods(connection, state, submission))
        judged = [(figure, entering.judge(figure)) for figure in _of_unit(printed, submission, record, forms)]
        entered = tuple(figure for figure, certainty in judged if certainty is not None)
        certain = frozenset(figure.address for figure, certainty in judged if certainty == "certain")
        found.append(Touched(record, submission, entered, certain))
    return found


def _of_unit(
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


def _last_periods(
    connection: psycopg.Connection[Any], state: Snapshot, submission: CountingSubmission
) -> dict[tuple[str, str], str]:
    """The last counting period of the organisation by form and school year."""
    rows = connection.execute(
        "select r.form_code, r.period_code from ledger.submission_revision as r"
        " where r.ogrn = %s and r.submission_id = any(%s::uuid[]) order by r.period_code",
        [submission.ogrn, state.counting()],
    ).fetchall()
    return {(form, parse_period(period).school_year): period for form, period in rows}


def _municipality(state: Snapshot, submission: CountingSubmission) -> str:
    """Where the organisation stood then."""
    return next(
        (row["oktmo"] for row in state.rows("organisation") if row["ogrn"] == submission.ogrn),
        submission.municipality_code,
    )
