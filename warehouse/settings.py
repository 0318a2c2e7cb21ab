"""Everything that differs between machines: environment variables ``ORIENTIR_*`` and the file ``.env``.

An environment variable wins over a secret file, which wins over ``.env``. ``.env`` is looked for in the
project's folder, never in the current one, so that a DAG, a test and the command line see the same settings.
``ORIENTIR_ENV_FILE`` names another file (empty: none at all).
"""

import os
import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parents[1]

MIB = 1024 * 1024

# Who approves what is made up, without being asked: only where the settings let this user approve.
DEMO_APPROVER = "demo_approver"


def _under(parent: str, *parts: str) -> Any:
    """A default that lies under another setting, which is read before it."""

    def default(values: dict[str, Any]) -> Path:
        base: Path = values[parent]
        return base.joinpath(*parts)

    return Field(default_factory=default)


class Settings(BaseSettings):
    """The settings, with their defaults for the embedded way to run. Sizes are in bytes."""

    model_config = SettingsConfigDict(env_prefix="ORIENTIR_", extra="ignore", env_ignore_empty=True)

    # places
    project_dir: Path = PROJECT_DIR
    var_dir: Path = _under("project_dir", "var")
    inbox_dir: Path = _under("var_dir", "inbox")
    landing_dir: Path = _under("var_dir", "landing")
    registry_dir: Path = _under("var_dir", "registry")
    quality_dir: Path = _under("var_dir", "quality")
    feedback_dir: Path = _under("var_dir", "feedback")
    reference_dir: Path = _under("var_dir", "reference")
    drafts_dir: Path = _under("var_dir", "drafts")
    delivery_dir: Path = _under("var_dir", "delivered")
    extracts_dir: Path = _under("var_dir", "extracts")
    portal_dir: Path = _under("var_dir", "portal")
    airflow_home: Path = _under("var_dir", "airflow")
    dbt_dir: Path = _under("var_dir", "dbt")
    dbt_threads: Annotated[int, Field(ge=1, le=64)] = 3

    # the embedded database
    pg_dir: Path = _under("var_dir", "pg")
    pg_port: Annotated[int, Field(ge=1024, le=65535)] = 55432
    pg_bin: Path | None = None
    pg_system_user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,30}$")] = "orientir"

    # another database on the same server, for rebuilding a release; left out, the one in use
    database_name: Annotated[str | None, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")] = None

    # a database of somebody else's
    database_url: SecretStr | None = None
    airflow_database_url: SecretStr | None = None
    loader_password: SecretStr | None = None
    transformer_password: SecretStr | None = None
    analyst_password: SecretStr | None = None
    auditor_password: SecretStr | None = None
    ministry_password: SecretStr | None = None
    registrar_password: SecretStr | None = None
    approver_password: SecretStr | None = None

    # who may approve a release: names of Airflow users, each with the title that documents show
    approvers: str = "approver=Утверждающее лицо"

    # extracts: the key that signs them, and where recipients take them (docs/extracts.md)
    signing_key_file: Path | None = None
    signing_key_password: SecretStr | None = None
    delivery_addresses: dict[str, str] = Field(default_factory=dict)
    delivery_options: SecretStr | None = None
    delivery_attempts: Annotated[int, Field(ge=1)] = 3
    delivery_pause_seconds: Annotated[float, Field(ge=0)] = 5.0

    # who is told when a task has failed for good: smtp://user:password@host:587 or smtps://…
    alert_smtp_url: SecretStr | None = None
    alert_sender: str = "orientir@localhost"
    alert_recipients: tuple[str, ...] = ()

    # running
    clock: datetime | None = None
    api_port: Annotated[int, Field(ge=1024, le=65535)] = 18080
    shards: Annotated[int, Field(ge=1, le=50)] = 4

    # what the readers refuse
    max_file_bytes: Annotated[int, Field(gt=0)] = 20 * MIB
    max_unzipped_bytes: Annotated[int, Field(gt=0)] = 200 * MIB
    max_rows: Annotated[int, Field(gt=0)] = 50_000
    max_columns: Annotated[int, Field(gt=0)] = 200
    max_cells: Annotated[int, Field(gt=0)] = 1_000_000
    max_read_seconds: Annotated[float, Field(gt=0)] = 60.0
    max_legacy_memory_bytes: Annotated[int, Field(ge=128 * MIB)] = 768 * MIB
    max_legacy_seconds: Annotated[float, Field(gt=0)] = 60.0
    max_read_attempts: Annotated[int, Field(ge=1)] = 3

    @field_validator("project_dir")
    @classmethod
    def _project_dir_is_absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator(
        "var_dir",
        "inbox_dir",
        "landing_dir",
        "registry_dir",
        "quality_dir",
        "feedback_dir",
        "reference_dir",
        "drafts_dir",
        "extracts_dir",
        "portal_dir",
        "delivery_dir",
        "signing_key_file",
        "airflow_home",
        "dbt_dir",
        "pg_dir",
        "pg_bin",
    )
    @classmethod
    def _relative_to_the_project(cls, value: Path | None, info: Any) -> Path | None:
        """A relative path is taken from the project's folder: the current one differs from task to task."""
        if value is None:
            return None
        project_dir: Path = info.data["project_dir"]
        return project_dir / value.expanduser()

    @field_validator("clock")
    @classmethod
    def _clock_has_a_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("ORIENTIR_CLOCK needs a UTC offset, as in 2026-07-20T09:00:00+05:00")
        return value

    @field_validator("approvers")
    @classmethod
    def _approvers_have_titles(cls, value: str) -> str:
        for entry in value.split(";"):
            name, _, title = entry.partition("=")
            if not re.fullmatch(r"[a-z][a-z0-9_.-]*", name.strip()) or not title.strip():
                raise ValueError(
                    "ORIENTIR_APPROVERS lists names and titles, as in ivanova=Заместитель министра;petrov=…"
                )
        return value

    @property
    def approver_titles(self) -> dict[str, str]:
        """Who may approve: name of the user to title."""
        pairs = (entry.partition("=") for entry in self.approvers.split(";"))
        return {name.strip(): title.strip() for name, _, title in pairs}

    @property
    def is_embedded(self) -> bool:
        """True when the database is the one this project starts for itself."""
        return self.database_url is None


def _env_file() -> Path | None:
    chosen = os.environ.get("ORIENTIR_ENV_FILE")
    if chosen is None:
        return PROJECT_DIR / ".env"
    return Path(chosen) if chosen else None


def _secrets_dir() -> Path | None:
    """Where a container engine mounts secrets: a file ``orientir_loader_password`` holds that setting."""
    chosen = Path(os.environ.get("ORIENTIR_SECRETS_DIR") or "/run/secrets")
    return chosen if chosen.is_dir() else None


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process. Call ``get_settings.cache_clear()`` after changing the environment.

    Raises pydantic.ValidationError, which names the setting and what is wrong with it.
    """
    return Settings(_env_file=_env_file(), _secrets_dir=_secrets_dir())  # type: ignore[call-arg]
