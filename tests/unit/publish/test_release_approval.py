"""A draft becomes a release only by the decision of somebody who may decide."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from publish_sample import FACTS, REGION, YEAR

from ingest.ledger.events import verify_chain
from publish.approval import (
    Answer,
    ApprovalError,
    NotAnApproverError,
    ReturnedError,
    UndecidedError,
    approve,
    record_approval,
    release_approved,
    send_back,
)
from publish.delivery import deliver
from publish.manifest import Release, is_current
from publish.packages import files_of
from publish.reference.build import draft_folder, reference_folder, waiting_folder, write_reference
from publish.release_audit import audit_releases
from publish.release_register import ReleaseNotFoundError, find_release, list_releases
from publish.releases import record_release
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings

RELEASE = Release("annual_reference", REGION, YEAR, FACTS.as_of, "ab" * 32)
DRAFT = dataclasses.replace(RELEASE, stage="draft")
PERSON = Answer("ivanova", "проверено")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two editions of one reference, drawn once."""
    folder = tmp_path_factory.mktemp("editions")
    write_reference(FACTS, folder / "draft", DRAFT)
    write_reference(FACTS, folder / "final", RELEASE)
    return folder


@pytest.fixture
def drafted(
    clean_db: Settings, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """A draft that waits, in folders of the test's own, and marts in which nothing counts."""
    import shutil

    monkeypatch.setenv("ORIENTIR_APPROVERS", "ivanova=Заместитель министра; petrov=Начальник отдела")
    for name in ("reference", "drafts", "delivery"):
        monkeypatch.setenv(f"ORIENTIR_{name.upper()}_DIR", str(tmp_path / name))
    get_settings.cache_clear()
    shutil.copytree(written / "draft", draft_folder(REGION, YEAR))
    shutil.copytree(written / "final", waiting_folder(REGION, YEAR))
    with connect("transformer") as connection:
        # Another test may have built the marts on this server.
        connection.execute("alter table if exists marts.fct_submission rename to fct_submission_aside")
        connection.execute(
            "create table marts.fct_submission as select null::uuid as submission_id, false as is_counting"
        )
    record_release(
        DRAFT,
        draft_folder(REGION, YEAR),
        files_of(draft_folder(REGION, YEAR)),
        files_of(waiting_folder(REGION, YEAR)),
    )
    yield get_settings()
    with connect("transformer") as connection:
        connection.execute("drop table marts.fct_submission")
        connection.execute("alter table if exists marts.fct_submission_aside rename to fct_submission")
    monkeypatch.undo()
    get_settings.cache_clear()


def status(name: str) -> str:
    with connect("auditor") as connection:
        return find_release(connection, name).status


def events() -> list[tuple[str, str, str]]:
    with connect("auditor") as connection:
        rows = connection.execute(
            "select kind, subject, payload from ledger.event order by event_no"
        ).fetchall()
    return [(kind, subject, payload.get("comment", "")) for kind, subject, payload in rows]


def test_an_approved_draft_is_released_whole_and_delivered_once(drafted: Settings) -> None:
    assert status(DRAFT.release_id) == "waiting"
    record = approve(DRAFT.release_id, PERSON)
    target = reference_folder(REGION, YEAR)
    assert is_current(target, RELEASE.fingerprint)
    assert {f.name: f.sha256 for f in files_of(target)} == {f.name: f.sha256 for f in record.files}
    approval = record.approval
    assert approval is not None
    assert (approval.approver, approval.approver_name, approval.via, approval.comment) == (
        "ivanova", "Заместитель министра", "command_line", "проверено",
    )  # fmt: skip
    place = deliver(record.release_id)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert deliver(record.release_id) == place
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    assert {path.name for path in before} == {f.name for f in record.files} | {"SHA256SUMS"}
    assert events() == [
        ("release.drafted", DRAFT.release_id, ""),
        ("release.approved", DRAFT.release_id, "проверено"),
        ("release.created", RELEASE.release_id, ""),
        ("release.delivered", RELEASE.release_id, ""),
    ]
    assert verify_chain().is_intact
    assert status(DRAFT.release_id) == "approved"


def test_approving_again_changes_nothing_and_the_first_approver_stays(drafted: Settings) -> None:
    first = approve(DRAFT.release_id, PERSON)
    again = approve(DRAFT.release_id, Answer("petrov"))
    assert again == first
    assert again.approval and again.approval.approver == "ivanova"


def test_an_approval_that_was_interrupted_is_completed(drafted: Settings) -> None:
    with connect("approver") as connection:
        connection.execute(
            "insert into ledger.release_decision (release_id, decision, approver, approver_name, via,"
            " decided_at) values (%s, 'approved', 'ivanova', 'x', 'airflow', now())",
            [DRAFT.release_id],
        )
    assert approve(DRAFT.release_id, Answer("petrov")).stage == "released"


def test_only_what_the_ledger_says_is_approved_is_released(drafted: Settings) -> None:
    with pytest.raises(UndecidedError, match=r"neither approval nor return.*orientir release approve"):
        release_approved(DRAFT.release_id)
    send_back(DRAFT.release_id, Answer("ivanova", "нет раздела об инклюзии"))
    with pytest.raises(ReturnedError, match="was returned"):
        release_approved(DRAFT.release_id)
    assert not reference_folder(REGION, YEAR).exists()
    assert record_approval(DRAFT.release_id, PERSON).status == "approved"
    assert record_approval(DRAFT.release_id, Answer("petrov")).decisions[-1].approver == "ivanova"
    assert not reference_folder(REGION, YEAR).exists()
    assert release_approved(DRAFT.release_id) == release_approved(DRAFT.release_id)
    assert reference_folder(REGION, YEAR).exists()


def test_a_returned_draft_is_not_released_and_may_be_approved_later(drafted: Settings) -> None:
    with pytest.raises(ApprovalError, match="with a comment"):
        send_back(DRAFT.release_id, Answer("ivanova", "  "))
    returned = send_back(DRAFT.release_id, Answer("ivanova", "нет раздела об инклюзии"))
    assert (returned.status, returned.decisions[0].comment) == ("returned", "нет раздела об инклюзии")
    assert not reference_folder(REGION, YEAR).exists()
    assert approve(DRAFT.release_id, PERSON).stage == "released"
    with pytest.raises(ApprovalError, match="was approved by ivanova"):
        send_back(DRAFT.release_id, Answer("petrov", "поздно"))


def test_the_log_tells_of_every_file_of_a_release(drafted: Settings) -> None:
    """Whoever changes the rows of a release, past its triggers too, is found out by the log."""
    release_id = approve(DRAFT.release_id, PERSON).release_id
    ids = {"id": release_id, "draft": DRAFT.release_id}

    def altered(*changes: str) -> list[tuple[str, str]]:
        """What is found after some changes, which are taken back."""
        with connect("owner") as connection:
            connection.execute("set local session_replication_role = replica")
            for change in changes:
                connection.execute(change, ids)
            found = audit_releases(connection)
            connection.rollback()
        return [(one.release_id, one.reason) for one in found.altered]

    with connect("auditor") as connection:
        assert audit_releases(connection).releases == 2
    files = "names or hashes of its files were changed"
    of_release = "where release_id = %(id)s and file_name = 'reference.pdf'"
    assert altered() == []
    assert altered(f"update ledger.release_file set sha256 = repeat('0', 64) {of_release}") == [
        (release_id, files)
    ]
    assert altered(f"delete from ledger.release_file {of_release}") == [(release_id, files)]
    assert altered(
        "insert into ledger.release_file select release_id, 'appendix.pdf', sha256, size_bytes"
        f" from ledger.release_file {of_release}"
    ) == [(release_id, files)]
    final = "update ledger.release set final_files = '[]' where release_id = %(draft)s"
    assert altered(final) == [(DRAFT.release_id, files)]
    assert altered("update ledger.release set fingerprint = 'x' where release_id = %(id)s") == [
        (release_id, "its fingerprint was changed")
    ]
    gone = "where release_id = %(id)s"
    assert altered(f"delete from ledger.release_file {gone}", f"delete from ledger.release {gone}") == [
        (release_id, "the log tells of it, but it is not in ledger.release")
    ]
    assert altered(
        "insert into ledger.release (release_id, kind, as_of, fingerprint, path, created_at)"
        " select 'extract/x', 'extract', as_of, 'x', path, created_at from ledger.release"
        " where release_id = %(id)s"
    ) == [("extract/x", "the log does not tell of it")]


def test_nobody_else_decides(drafted: Settings) -> None:
    for decide in (approve, send_back):
        with pytest.raises(NotAnApproverError, match="approvers are ivanova, petrov"):
            decide(DRAFT.release_id, Answer("admin", "мне можно"))
    assert status(DRAFT.release_id) == "waiting"


def test_the_database_itself_refuses_a_release_that_was_not_approved(drafted: Settings) -> None:
    unapproved = dataclasses.replace(RELEASE, approves=DRAFT.release_id)
    with pytest.raises(psycopg.errors.RaiseException, match="was not approved"):
        record_release(unapproved, draft_folder(REGION, YEAR), files_of(draft_folder(REGION, YEAR)))
    send_back(DRAFT.release_id, Answer("ivanova", "нет"))
    with pytest.raises(psycopg.errors.RaiseException, match="was not approved"):
        record_release(unapproved, draft_folder(REGION, YEAR), files_of(draft_folder(REGION, YEAR)))
    # Another content is not what was approved.
    approve(DRAFT.release_id, PERSON)
    other = dataclasses.replace(unapproved, fingerprint="cd" * 32)
    with pytest.raises(psycopg.errors.RaiseException, match="was not approved"):
        record_release(other, draft_folder(REGION, YEAR), files_of(draft_folder(REGION, YEAR)))


@pytest.mark.parametrize("role", ["loader", "auditor", "analyst", "transformer"])
def test_only_the_approving_role_writes_a_decision(drafted: Settings, role: str) -> None:
    with connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):  # type: ignore[arg-type]
        connection.execute(
            "insert into ledger.release_decision (release_id, decision, approver, approver_name, via,"
            " decided_at) values (%s, 'approved', 'x', 'x', 'airflow', now())",
            [DRAFT.release_id],
        )


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger.release_decision set comment = ''",
        "delete from ledger.release_decision",
        "update ledger.release set stage = 'released'",
        "insert into ledger.release_file values ('x', 'x', 'x', 1)",
        "select 1 from ledger.submission",
    ],
)
def test_the_approving_role_decides_and_does_nothing_else(drafted: Settings, statement: str) -> None:
    with connect("approver") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]


def test_a_draft_whose_files_were_replaced_is_not_approved(drafted: Settings) -> None:
    (waiting_folder(REGION, YEAR) / "reference.docx").write_bytes(b"another")
    with pytest.raises(ApprovalError, match=r"reference\.docx is not what was drafted"):
        approve(DRAFT.release_id, PERSON)
    assert status(DRAFT.release_id) == "waiting"


def test_a_release_is_found_by_the_beginning_of_its_id(drafted: Settings) -> None:
    record = approve(DRAFT.release_id, PERSON)
    with connect("auditor") as connection:
        for name in ("ababababab", "annual_reference/ty", record.release_id):
            assert find_release(connection, name).release_id == record.release_id
        assert find_release(connection, "draft/annual").release_id == DRAFT.release_id
        with pytest.raises(ReleaseNotFoundError, match="release list"):
            find_release(connection, "nothing")
        listed = list_releases(connection, region=REGION)
    assert [one.stage for one in listed] == ["draft", "released"]


def test_a_draft_differs_from_its_release_by_the_mark_alone(written: Path) -> None:
    import re

    pages = [(written / name / "reference.html").read_text(encoding="utf-8") for name in ("draft", "final")]
    assert "ПРОЕКТ" in pages[0] and "ПРОЕКТ" not in pages[1]
    without = re.sub(r'<div class="draft">.*?</div>\n|\.draft \{.*?\}\n', "", pages[0])
    assert without == pages[1]
    numbers = [(written / name / "numbers.json").read_bytes() for name in ("draft", "final")]
    assert numbers[0] == numbers[1]
    manifests = [json.loads((written / name / "manifest.json").read_text()) for name in ("draft", "final")]
    assert [m["stage"] for m in manifests] == ["draft", "released"]
    assert manifests[0]["marts_content"] == manifests[1]["marts_content"]


def test_every_page_of_a_draft_bears_the_mark(written: Path) -> None:
    """Every section of the DOCX prints it on its first page and on the others."""
    import zipfile

    with zipfile.ZipFile(written / "draft" / "reference.docx") as archive:
        marks = [n for n in archive.namelist() if "footer" in n and "ПРОЕКТ" in archive.read(n).decode()]
        body = archive.read("word/document.xml").decode()
    assert len(marks) == 2
    assert body.count("<w:footerReference") == 2 * body.count("<w:sectPr")
    assert 'w:type="first"' in body and 'w:type="default"' in body
    with zipfile.ZipFile(written / "final" / "reference.docx") as archive:
        assert not [name for name in archive.namelist() if "footer" in name]
