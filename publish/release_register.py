"""Releases and drafts as the ledger remembers them: what, from what, by which versions, who approved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from publish.manifest import Release, Stage
from publish.packages import BESIDE, PackagedFile, sha256_of
from publish.releases import place_of
from publish.versions import Versions

Status = Literal["waiting", "returned", "approved", "superseded", "released"]
SHORTEST_PREFIX = 4


class ReleaseNotFoundError(LookupError):
    """No release, or more than one, answers to this name."""


class ReleaseDamagedError(RuntimeError):
    """Files of a release are not what was released; the text says which and how to put them back."""

    def __init__(self, record: ReleaseRecord) -> None:
        super().__init__(
            f"the files of {record.release_id} in {record.path} are gone or were changed:"
            f" `orientir release restore {record.release_id}` puts them back as they were released"
        )


@dataclass(frozen=True)
class ReleaseDecision:
    """What somebody decided on a draft, with which words, and where: in Airflow or on the command line."""

    decision: Literal["approved", "returned"]
    approver: str
    approver_name: str
    via: str
    comment: str
    decided_at: datetime


@dataclass(frozen=True)
class Delivery:
    """Where a release was delivered to: a folder, or the address that an extract's recipient takes it at."""

    destination: str
    place: str
    delivered_at: datetime


@dataclass(frozen=True)
class ReleaseRecord:
    """One release or draft. `decisions` of a release are those on the draft that it was before."""

    release_id: str
    kind: str
    region_code: str | None
    period_code: str | None
    as_of: datetime
    stage: Stage
    status: Status
    approves: str | None
    fingerprint: str
    path: str
    created_at: datetime
    versions: Versions
    build_fingerprint: str | None
    snapshot_sha256: str | None
    files: tuple[PackagedFile, ...] = ()
    final_files: tuple[PackagedFile, ...] = ()
    decisions: tuple[ReleaseDecision, ...] = ()
    deliveries: tuple[Delivery, ...] = field(default=())

    @property
    def release(self) -> Release:
        """What it is a record of."""
        return Release(
            self.kind, self.region_code, self.period_code, self.as_of, self.fingerprint, self.stage,
            self.approves,
        )  # fmt: skip

    @property
    def recipient(self) -> str | None:
        """Whom an extract is for: extracts/<region>/<recipient>/<period>/r<revision>. Else None."""
        return Path(self.path).parts[-3] if self.kind == "extract" else None

    @property
    def revision(self) -> int | None:
        """Which revision of an extract it is, from 1 on. Else None."""
        return int(Path(self.path).name.removeprefix("r")) if self.kind == "extract" else None

    @property
    def has_changes(self) -> bool:
        """Whether a package of what has changed since the revision before belongs to it."""
        return any(file.name.startswith(BESIDE) for file in self.files)

    @property
    def approval(self) -> ReleaseDecision | None:
        """The approval, once there is one."""
        return next((d for d in self.decisions if d.decision == "approved"), None)

    @property
    def own_files(self) -> tuple[PackagedFile, ...]:
        """Its files without the package of changes beside it."""
        return tuple(file for file in self.files if not file.name.startswith(BESIDE))

    def is_whole_in(self, folder: Path, *, beside: bool = True) -> bool:
        """Whether the files in a folder, and those beside it unless told otherwise, are what was recorded."""
        return all(
            (folder / file.name).is_file() and sha256_of(folder / file.name) == file.sha256
            for file in (self.files if beside else self.own_files)
        )

    def whole_folder(self, *, beside: bool = True) -> Path | None:
        """A folder where its files still are what was recorded, the delivered one first; None if none is."""
        places = [*(Path(delivery.place) for delivery in self.deliveries), place_of(self.path)]
        return next((folder for folder in places if self.is_whole_in(folder, beside=beside)), None)


_RELEASES = """
select
    r.release_id, r.kind, r.region_code, r.period_code, r.as_of, r.stage, r.approves, r.fingerprint, r.path,
    r.created_at, r.methodology_version, r.ruleset_version, r.contracts_version, r.code_version,
    r.build_fingerprint, r.snapshot_sha256, r.final_files,
    decided.decision,
    exists (
        select 1 from ledger.release as newer
        where newer.stage = 'draft' and newer.kind = r.kind
            and newer.region_code is not distinct from r.region_code
            and newer.period_code is not distinct from r.period_code
            and newer.created_no > r.created_no
    ) as is_superseded
from ledger.release as r
left join lateral (
    select d.decision from ledger.release_decision as d
    where d.release_id = r.release_id
    order by d.decision_no desc limit 1
) as decided on true
where (%(region)s::text is null or r.region_code = %(region)s)
    and (%(period)s::text is null or r.period_code = %(period)s)
    and (%(kind)s::text is null or r.kind = %(kind)s)
    and (%(stage)s::text is null or r.stage = %(stage)s)
    and (%(id)s::text is null or r.release_id = %(id)s)
order by r.created_no
"""


def list_releases(
    connection: psycopg.Connection[Any],
    *,
    region: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    stage: str | None = None,
) -> list[ReleaseRecord]:
    """Releases and drafts in the order of their making, without their files and decisions."""
    return _read(connection, region=region, period=period, kind=kind, stage=stage)


def find_release(connection: psycopg.Connection[Any], name: str) -> ReleaseRecord:
    """The release of an id, of an id's unmistakable beginning, or of the beginning of its last part.

    Raises ReleaseNotFoundError, which names the candidates when there are several.
    """
    ids = [str(row[0]) for row in connection.execute("select release_id from ledger.release order by 1")]
    found = [release_id for release_id in ids if release_id == name]
    if not found and len(name) >= SHORTEST_PREFIX:
        found = [release_id for release_id in ids if release_id.startswith(name)]
        found = found or [r for r in ids if r.rpartition("/")[2].startswith(name)]
        # A draft and what it became share their digits: the release is meant.
        found = [r for r in found if not r.startswith("draft/")] or found
    if not found:
        raise ReleaseNotFoundError(f"there is no release {name!r}: `orientir release list` names them")
    if len(found) > 1:
        raise ReleaseNotFoundError(f"{name!r} may be any of {', '.join(found)}")
    (record,) = _read(connection, release_id=found[0])
    return _with_details(connection, record)


def newest_revision(
    connection: psycopg.Connection[Any], region: str, recipient: str, period: str
) -> ReleaseRecord | None:
    """The newest released revision of an extract, or None before the first."""
    listed = list_releases(connection, region=region, period=period, kind="extract", stage="released")
    own = [record for record in listed if record.recipient == recipient]
    newest = max(own, key=lambda record: record.revision or 0, default=None)
    return None if newest is None else find_release(connection, newest.release_id)


def newest_in_place(connection: psycopg.Connection[Any], record: ReleaseRecord) -> str:
    """The release whose files lie where those of a release lay: a newer edition may have taken the place."""
    row = connection.execute(
        "select release_id from ledger.release where path = %s order by created_no desc limit 1",
        [record.path],
    ).fetchone()
    return record.release_id if row is None else str(row[0])


def revision_before(connection: psycopg.Connection[Any], record: ReleaseRecord) -> ReleaseRecord:
    """The revision of an extract that came before a later one. Raises ReleaseNotFoundError."""
    path = Path(record.path).with_name(f"r{(record.revision or 1) - 1}").as_posix()
    row = connection.execute(
        "select release_id from ledger.release where kind = %s and path = %s", [record.kind, path]
    ).fetchone()
    if row is None:
        raise ReleaseNotFoundError(f"no release lies in {path}, which {record.release_id} corrects")
    return find_release(connection, str(row[0]))


def _read(
    connection: psycopg.Connection[Any],
    *,
    region: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    stage: str | None = None,
    release_id: str | None = None,
) -> list[ReleaseRecord]:
    asked = {"region": region, "period": period, "kind": kind, "stage": stage, "id": release_id}
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute(_RELEASES, asked).fetchall()
    return [
        ReleaseRecord(
            release_id=row["release_id"],
            kind=row["kind"],
            region_code=row["region_code"],
            period_code=row["period_code"],
            as_of=row["as_of"],
            stage=row["stage"],
            status=_status(row),
            approves=row["approves"],
            fingerprint=row["fingerprint"],
            path=row["path"],
            created_at=row["created_at"],
            versions=Versions(
                row["methodology_version"],
                row["ruleset_version"],
                row["contracts_version"],
                row["code_version"],
            ),
            build_fingerprint=row["build_fingerprint"],
            snapshot_sha256=row["snapshot_sha256"],
            final_files=tuple(PackagedFile(**file) for file in row["final_files"] or ()),
        )
        for row in rows
    ]


def _status(row: dict[str, Any]) -> Status:
    if row["stage"] == "released":
        return "released"
    if row["decision"] == "approved":
        return "approved"
    if row["is_superseded"]:
        return "superseded"
    return "returned" if row["decision"] == "returned" else "waiting"


def _with_details(connection: psycopg.Connection[Any], record: ReleaseRecord) -> ReleaseRecord:
    files = connection.execute(
        "select file_name, sha256, size_bytes from ledger.release_file where release_id = %s order by 1",
        [record.release_id],
    ).fetchall()
    decisions = connection.execute(
        "select decision, approver, approver_name, via, comment, decided_at from ledger.release_decision"
        " where release_id = %s order by decision_no",
        [record.approves or record.release_id],
    ).fetchall()
    deliveries = connection.execute(
        "select destination, place, delivered_at from ledger.delivery where release_id = %(id)s"
        " union all select recipient, rtrim(address, '/') || '/' || place, delivered_at"
        " from ledger.extract_delivery where release_id = %(id)s order by 3, 1",
        {"id": record.release_id},
    ).fetchall()
    return dataclasses.replace(
        record,
        files=tuple(PackagedFile(*row) for row in files),
        decisions=tuple(ReleaseDecision(*row) for row in decisions),
        deliveries=tuple(Delivery(name, _address(place), moment) for name, place, moment in deliveries),
    )


def _address(place: str) -> str:
    """A place as it is shown: an address of another machine as it was recorded, a folder with its path."""
    return place if "://" in place else str(place_of(place))


@dataclass(frozen=True)
class CountingSubmission:
    """A submission whose figures counted in a release, with the organisation's place."""

    submission_id: UUID
    ogrn: str
    organisation: str
    municipality_code: str
    form_code: str
    period_code: str
    revision: int
    received_at: datetime
    sha256: str


def submissions(
    connection: psycopg.Connection[Any], ids: list[str], region: str | None
) -> list[CountingSubmission]:
    """The submissions of these ids that belong to a region, or to any."""
    rows = connection.execute(
        "select r.submission_id, r.ogrn, o.name_short, o.oktmo, r.form_code, r.period_code, r.revision,"
        " r.received_at, r.sha256 from ledger.submission_revision as r"
        " inner join ledger.organisation as o on o.ogrn = r.ogrn"
        " where r.submission_id = any(%s::uuid[]) and (%s::text is null or r.region_code = %s)"
        " order by r.ogrn, r.form_code, r.period_code, r.revision",
        [ids, region, region],
    ).fetchall()
    return [CountingSubmission(*row) for row in rows]
