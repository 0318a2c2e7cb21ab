"""Landed and released files that are gone or were changed are found by reading them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import landing
from publish.file_audit import audit_files
from publish.manifest import Release
from publish.packages import files_of
from publish.releases import record_release
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings

RELEASE = Release("quality_portal", None, None, datetime(2026, 7, 20, 4, tzinfo=UTC), "cd" * 32)


@pytest.fixture
def portal(clean_db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A released portal of two pages, and one landed content."""
    monkeypatch.setenv("ORIENTIR_LANDING_DIR", str(tmp_path / "landing"))
    get_settings.cache_clear()
    folder = tmp_path / "portal"
    folder.mkdir()
    for name in ("index.html", "data.html"):
        (folder / name).write_text(name)
    record_release(RELEASE, folder, files_of(folder))
    (tmp_path / "file").write_bytes(b"landed")
    with (tmp_path / "file").open("rb") as stream, connect("loader") as connection:
        blob = landing.store(stream)
        connection.execute(
            "insert into ledger.blob (sha256, size_bytes, stored_at) values (%s, %s, %s)",
            [blob.sha256, blob.size, clock.now()],
        )
        connection.commit()
    yield folder
    monkeypatch.undo()
    get_settings.cache_clear()


def audit() -> tuple[int, int, list[tuple[str, str]]]:
    with connect("auditor") as connection:
        found = audit_files(connection)
    return found.landed, found.released, [(one.subject, one.reason) for one in found.damaged]


def test_every_file_that_is_gone_or_was_changed_is_named(portal: Path) -> None:
    assert audit() == (1, 2, [])
    (portal / "index.html").unlink()
    (portal / "data.html").write_text("another")
    ((blob, _),) = [
        (path, path.chmod(0o640)) for path in get_settings().landing_dir.glob("*/*") if path.is_file()
    ]
    blob.write_bytes(b"damaged")
    landed, released, damaged = audit()
    assert (landed, released) == (1, 2)
    (content, first, second) = damaged
    assert content[0] == f"content {blob.name}"
    assert "is damaged" in content[1]
    assert {first[0], second[0]} == {RELEASE.release_id}
    assert f"{portal / 'data.html'} has other bytes" in first[1]
    assert f"{portal / 'index.html'} is gone; `orientir release restore` puts it back" in second[1]
    blob.unlink()
    assert "is not in the landing store" in audit()[2][0][1]
