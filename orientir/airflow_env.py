"""The environment that Airflow's processes get: every setting of Airflow that this project relies on.

The numbers are measured, see docs/adr/0010-orchestration.md: a heartbeat of 1 s instead of 5 s takes the
sleep out of one task in five, and a short idle sleep lets the next task of a chain start soon.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from warehouse.settings import Settings, get_settings

HOST = "127.0.0.1"
ADMIN = "admin"
TEMPLATES = Path(__file__).resolve().parent / "airflow_home"
PASSWORDS_FILE = "passwords.json"
SECRETS_FILE = "secrets.json"
SECRETS_LOCK = "secrets.lock"
REREAD_SECONDS = 60
CLIENT_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@dataclass(frozen=True)
class Secrets:
    """What Airflow signs and encrypts with, and the passwords of its administrator and of who may approve."""

    jwt_secret: str
    fernet_key: str
    api_secret_key: str
    admin_password: str
    approver_passwords: dict[str, str] = field(default_factory=dict)


def load_secrets(airflow_home: Path) -> Secrets:
    """Read the secrets of this installation, drawing them once at its first start.

    Whoever asks at the same time, in this process or another, waits: two draws would each be believed by one.
    """
    airflow_home.mkdir(parents=True, exist_ok=True)
    with (airflow_home / SECRETS_LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _kept_or_drawn(airflow_home)


def _kept_or_drawn(airflow_home: Path) -> Secrets:
    path = airflow_home / SECRETS_FILE
    if not path.exists():
        import base64

        drawn = Secrets(
            jwt_secret=secrets.token_urlsafe(48),
            fernet_key=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            api_secret_key=secrets.token_urlsafe(32),
            admin_password=secrets.token_urlsafe(9),
        )
        write_private(path, json.dumps(drawn.__dict__, indent=2))
    kept = Secrets(**json.loads(path.read_text(encoding="utf-8")))
    if fresh := get_settings().approver_titles.keys() - kept.approver_passwords.keys():
        drawn_for = {name: secrets.token_urlsafe(9) for name in sorted(fresh)}
        kept = replace(kept, approver_passwords={**kept.approver_passwords, **drawn_for})
        write_private(path, json.dumps(kept.__dict__, indent=2))
    users = {ADMIN: kept.admin_password, **kept.approver_passwords}
    passwords, content = airflow_home / PASSWORDS_FILE, json.dumps(users)
    if not passwords.exists() or passwords.read_text(encoding="utf-8") != content:
        write_private(passwords, content)
    return kept


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all, whoever else writes it meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(partial).replace(path)


def prepare_home(settings: Settings) -> None:
    """Put this project's Airflow files where Airflow looks for them."""
    for template in (
        TEMPLATES / "config" / "airflow_local_settings.py",
        TEMPLATES / "plugins" / "russian_ui.py",
    ):
        target = settings.airflow_home / template.parent.name / template.name
        content = template.read_bytes()
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)


def parallelism() -> int:
    """Tasks at once: one more than there are cores, for those that wait for the database; at most four."""
    return min(4, (os.cpu_count() or 2) + 1)


def environment(
    settings: Settings, *, preload: bool = True, reread_seconds: int = REREAD_SECONDS
) -> dict[str, str]:
    """Build the whole environment of an Airflow process of this installation.

    With preload, what forks tasks imports the heavy libraries for them, and the scheduler leaves them the
    cores between two looks: right unless no work is expected.
    DAG files are read again every reread_seconds. It starts from the caller's environment, less its own
    Airflow settings and its proxies: the components talk to each other on this machine only.
    """
    from warehouse.connection import airflow_metadata_uri

    home = settings.airflow_home
    keys = load_secrets(home)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AIRFLOW") and name not in (*CLIENT_VARIABLES, "PYTHONDONTWRITEBYTECODE")
    }
    address = f"http://{HOST}:{settings.api_port}"
    return {
        **inherited,
        "AIRFLOW_HOME": str(home),
        "ORIENTIR_PRELOAD": "1" if preload else "0",
        "AIRFLOW__CORE__DAGS_FOLDER": str(settings.project_dir / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Yekaterinburg",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__MP_START_METHOD": "fork",
        "AIRFLOW__CORE__PARALLELISM": str(parallelism()),
        "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": str(parallelism()),
        "AIRFLOW__CORE__MAX_MAP_LENGTH": "50",
        "AIRFLOW__CORE__FERNET_KEY": keys.fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
            [f"{ADMIN}:admin", *(f"{name}:user" for name in sorted(settings.approver_titles))]
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS_FILE),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow_metadata_uri(),
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(settings.api_port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": keys.api_secret_key,
        "AIRFLOW__API__INSTANCE_NAME": "Ориентир",
        "AIRFLOW__API_AUTH__JWT_SECRET": keys.jwt_secret,
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5" if preload else "0.2",
        "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": str(reread_seconds),
        "AIRFLOW__DAG_PROCESSOR__PRINT_STATS_INTERVAL": "0",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "orientir",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "False",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "NO_PROXY": "*",
        "no_proxy": "*",
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
