"""Somebody's decision on a draft: approved, it becomes a release; returned, it waits on.

Only people whom the settings name as approvers may decide, and only the database role `approver` may write
it down; whoever prepares a draft has neither. Every step may be repeated: an approval that was interrupted is
completed by asking again.
"""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg

from ingest.ledger.events import Event, append
from publish.manifest import is_current
from publish.packages import files_of, published_folder, sha256_of
from publish.reference.build import KIND, reference_folder, waiting_folder
from publish.release_register import ReleaseRecord, find_release
from publish.releases import record_release
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import get_settings

Via = Literal["airflow", "command_line"]


class ApprovalError(RuntimeError):
    """The draft cannot be decided on so; the text says why and what to do."""


class NotAnApproverError(ApprovalError):
    """This person may not decide."""


class UndecidedError(ApprovalError):
    """The ledger knows of no decision on the draft."""


class ReturnedError(ApprovalError):
    """The last word on the draft is that it was returned."""


@dataclass(frozen=True)
class Answer:
    """Who decides, in which words and where."""

    approver: str
    comment: str = ""
    via: Via = "command_line"


def approve(draft: str, answer: Answer) -> ReleaseRecord:
    """Approve a draft, put its files in place, record the release. Returns the release.

    An approval that is there already is completed and not repeated.
    Raises NotAnApproverError, ReleaseNotFoundError, and ApprovalError when the draft's files are gone.
    """
    return complete(record_approval(draft, answer))


def record_approval(draft: str, answer: Answer) -> ReleaseRecord:
    """Write down that a draft is approved, unless it is; release nothing yet. Returns the draft.

    Raises NotAnApproverError, ReleaseNotFoundError, and ApprovalError when the draft's files are gone.
    """
    title = title_of(answer.approver)
    record = _draft(draft)
    if record.approval is not None:
        return record
    _require_final_files(record)
    _write(record, "approved", title, answer)
    return _draft(record.release_id)


def release_approved(draft: str) -> ReleaseRecord:
    """Release a draft that the ledger says is approved, whoever asks for it. Returns the release.

    Raises ReleaseNotFoundError, ReturnedError when it was returned and not approved since, UndecidedError
    when nobody has decided on it, and ApprovalError when its files are gone.
    """
    record = _draft(draft)
    if record.approval is not None:
        return complete(record)
    if record.decisions:
        raise ReturnedError(f"{record.release_id} was returned: a corrected one is a new draft")
    raise UndecidedError(
        f"nobody has decided on {record.release_id}: the ledger holds neither approval nor return. It is"
        f" decided on in Airflow under Required Actions, or by `orientir release approve {record.release_id}`"
    )


def send_back(draft: str, answer: Answer) -> ReleaseRecord:
    """Return a draft with a comment. Returns the draft, which may be approved later all the same.

    Raises NotAnApproverError, ReleaseNotFoundError, and ApprovalError without a comment or when it is
    approved already.
    """
    title = title_of(answer.approver)
    record = _draft(draft)
    if not answer.comment.strip():
        raise ApprovalError("a draft is returned with a comment: say what has to change (--comment)")
    if record.approval is not None:
        raise ApprovalError(
            f"{record.release_id} was approved by {record.approval.approver}; a correction is a new draft"
        )
    _write(record, "returned", title, answer)
    return _draft(record.release_id)


def title_of(approver: str) -> str:
    """The title of an approver. Raises NotAnApproverError when the settings do not name this person."""
    titles = get_settings().approver_titles
    if approver not in titles:
        raise NotAnApproverError(
            f"{approver!r} may not approve or return: approvers are {', '.join(sorted(titles))}"
            " (ORIENTIR_APPROVERS)"
        )
    return titles[approver]


def complete(draft: ReleaseRecord) -> ReleaseRecord:
    """Make the release of an approved draft, as far as it is not made; return it."""
    release = dataclasses.replace(draft.release, stage="released", approves=draft.release_id)
    region, year = draft.region_code or "", draft.period_code or ""
    target = reference_folder(region, year)
    with connect("auditor") as connection:
        recorded = connection.execute(
            "select 1 from ledger.release where release_id = %s", [release.release_id]
        ).fetchone()
    if recorded is None:
        if not is_current(target, draft.fingerprint):
            _require_final_files(draft)
            _copy(waiting_folder(region, year), target)
        record_release(release, target, files_of(target))
    with connect("auditor") as connection:
        return find_release(connection, release.release_id)


def _draft(name: str) -> ReleaseRecord:
    with connect("auditor") as connection:
        record = find_release(connection, name)
        if record.stage != "draft" and record.approves is not None:
            record = find_release(connection, record.approves)
    if record.stage != "draft" or record.kind != KIND:
        raise ApprovalError(f"{record.release_id} is no draft: there is nothing to decide")
    return record


def _require_final_files(draft: ReleaseRecord) -> None:
    folder = waiting_folder(draft.region_code or "", draft.period_code or "")
    for file in draft.final_files:
        path = folder / file.name
        if not path.is_file() or sha256_of(path) != file.sha256:
            raise ApprovalError(
                f"{path} is not what was drafted as {draft.release_id}: a newer draft has taken its place, or"
                " the file was changed. `orientir release list --stage draft` shows the newest;"
                " `orientir publish reference` writes it anew"
            )


def _copy(source: Path, target: Path) -> None:
    with published_folder(target) as folder:
        for file in files_of(source):
            (folder / file.name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file.name, folder / file.name)


def _write(
    record: ReleaseRecord, decision: Literal["approved", "returned"], title: str, answer: Answer
) -> None:
    at = clock.now()
    kind: Literal["release.approved", "release.returned"] = (
        "release.approved" if decision == "approved" else "release.returned"
    )
    payload = {"approver": answer.approver, "via": answer.via, "comment": answer.comment}
    with connect("approver") as connection:
        try:
            connection.execute(
                "insert into ledger.release_decision"
                " (release_id, decision, approver, approver_name, via, comment, decided_at)"
                " values (%s, %s, %s, %s, %s, %s, %s)",
                [record.release_id, decision, answer.approver, title, answer.via, answer.comment, at],
            )
        except psycopg.errors.RaiseException as error:
            raise ApprovalError(f"{record.release_id} was approved meanwhile by somebody else") from error
        append(connection, [Event(kind, record.release_id, payload)], at=at)
        connection.commit()
