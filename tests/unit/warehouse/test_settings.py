"""Settings: every one is listed in .env.example, paths do not depend on the current folder."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from warehouse import clock
from warehouse.settings import PROJECT_DIR, Settings, get_settings


def test_the_example_lists_every_setting_with_a_comment() -> None:
    text = (PROJECT_DIR / ".env.example").read_text(encoding="utf-8")
    listed = re.findall(r"^#? ?(ORIENTIR_[A-Z_]+)=", text, flags=re.MULTILINE)
    known = {f"ORIENTIR_{name.upper()}" for name in Settings.model_fields}
    assert sorted(listed) == sorted(set(listed)), "each once"
    assert known - set(listed) == set()
    blocks = [block for block in text.split("\n\n") if "ORIENTIR_" in block]
    assert all(block.startswith("# ") for block in blocks)
    assert text.isascii(), "read by tools in any locale"


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text((PROJECT_DIR / ".env.example").read_text(encoding="utf-8"))
    assert Settings(_env_file=copy, var_dir=tmp_path).pg_port  # type: ignore[call-arg]


def test_places_follow_the_folder_they_lie_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIENTIR_VAR_DIR")
    monkeypatch.chdir(tmp_path)
    settings = Settings(_env_file=None, inbox_dir=Path("обмен/входящие"))  # type: ignore[call-arg]
    assert settings.var_dir == PROJECT_DIR / "var"
    assert settings.inbox_dir == PROJECT_DIR / "обмен" / "входящие"
    elsewhere = Settings(_env_file=None, var_dir=Path("/srv/orientir"))  # type: ignore[call-arg]
    assert elsewhere.landing_dir == Path("/srv/orientir/landing")
    assert elsewhere.pg_dir == Path("/srv/orientir/pg")


def test_a_secret_file_gives_a_password_that_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orientir_loader_password").write_text("s3cret\n")
    monkeypatch.setenv("ORIENTIR_SECRETS_DIR", str(tmp_path))
    get_settings.cache_clear()
    settings = get_settings()
    get_settings.cache_clear()
    assert settings.loader_password is not None
    assert settings.loader_password.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock", "2026-07-20T09:00:00"),  # no zone: nine o'clock where?
        ("shards", 51),
        ("pg_port", 80),
        ("max_rows", 0),
        ("pg_system_user", "Robert'); --"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(_env_file=None, **{name: value})  # type: ignore[arg-type,call-arg]


def test_the_clock_stands_when_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIENTIR_CLOCK", "2026-07-20T09:00:00+05:00")
    get_settings.cache_clear()
    assert clock.now() == datetime(2026, 7, 20, 4, tzinfo=UTC)
    monkeypatch.delenv("ORIENTIR_CLOCK")
    get_settings.cache_clear()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    get_settings.cache_clear()
