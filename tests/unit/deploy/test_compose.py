"""The deployment, checked without a container engine: schema, references, secrets, agreement."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from warehouse.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[3]
COMPOSE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?P<rest>[^}]*)\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml(COMPOSE)
    return loaded


def names(value: Any) -> list[str]:
    """Names in a list, or the keys of a mapping, as compose allows either."""
    return list(value or ())


def test_it_fits_the_compose_specification() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_service_that_is_waited_for_exists_and_can_be_waited_for(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        for other, condition in (service.get("depends_on") or {}).items():
            assert other in services, (name, other)
            if condition["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], (name, other)
            else:
                assert condition["condition"] == "service_completed_successfully"
                assert services[other]["restart"] == "no", (name, other)


def test_every_network_and_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    used_networks: set[str] = set()
    used_volumes: set[str] = set()
    for name, service in compose["services"].items():
        used_networks |= set(names(service.get("networks")))
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).exists(), (name, source)
            else:
                used_volumes.add(source)
    assert used_networks == set(compose["networks"])
    assert used_volumes == set(compose["volumes"])


def test_nothing_depends_on_itself_in_a_circle(compose: dict[str, Any]) -> None:
    waits = {name: set(names(service.get("depends_on"))) for name, service in compose["services"].items()}
    while ready := [name for name, others in waits.items() if not others]:
        for name in ready:
            del waits[name]
        for others in waits.values():
            others.difference_update(ready)
    assert waits == {}


def test_every_variable_has_a_default_or_stands_in_the_example() -> None:
    example = (ROOT / "deploy" / ".env.example").read_text(encoding="utf-8")
    for match in VARIABLE.finditer(COMPOSE.read_text(encoding="utf-8")):
        name, rest = match["name"], match["rest"]
        assert rest.startswith((":-", ":?")), f"${{{name}}} is neither given a default nor required"
        required = rest.startswith(":?")
        assert re.search(rf"^{'' if required else '#'}{name}=", example, re.MULTILINE), name


def test_the_example_holds_no_password_and_nothing_unused() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    for line in (ROOT / "deploy" / ".env.example").read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"(#?)([A-Z_]+)=(.*)", line):
            commented, name, value = match.groups()
            assert f"${{{name}" in text, name
            assert bool(commented) == bool(value), line


def test_there_are_workers_a_store_sftp_and_a_portal(compose: dict[str, Any]) -> None:
    services = compose["services"]
    workers = [name for name, service in services.items() if "celery" in names(service.get("command"))]
    assert len(workers) >= 2
    assert {"postgres", "redis", "api-server", "scheduler", "dag-processor", "triggerer"} <= set(services)
    assert {"store", "sftp", "portal"} <= set(services)


def test_every_service_reaps_its_children_and_says_how_it_is(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["init"] is True, name
        assert "healthcheck" in service, name
        assert ":latest" not in service["image"], name


def test_only_what_people_reach_has_ports(compose: dict[str, Any]) -> None:
    open_ports = {name for name, service in compose["services"].items() if "ports" in service}
    assert open_ports == {"api-server", "sftp", "portal"}
    for name in ("postgres", "redis", "store"):
        assert names(compose["services"][name]["networks"]) == ["inside"]


def test_who_sends_reports_does_not_reach_the_registry(compose: dict[str, Any]) -> None:
    sftp = compose["services"]["sftp"]
    accounts = [
        account.split(":") for account in re.findall(r"\S+", _plain(sftp["environment"]["SFTP_USERS"]))
    ]
    assert [(name, uid) for name, _, uid in accounts] == [("organisations", "10001"), ("registry", "10001")]
    assert [_plain(volume) for volume in sftp["volumes"]] == [
        "inbox:/home/organisations/inbox", "registry:/home/registry/registry",
    ]  # fmt: skip


def _plain(text: str) -> str:
    """With the defaults of variables, and a word for those without."""
    return re.sub(r"\$\{\w+:[-?]([^}]*)\}", lambda found: found[1] or "secret", text)


def test_the_portal_is_shown_to_nobody_without_a_password(compose: dict[str, Any]) -> None:
    server = (ROOT / "deploy" / "portal.conf").read_text(encoding="utf-8")
    users = re.search(r"^    auth_basic_user_file (\S+);$", server, re.M)
    assert users and re.search(r'^    auth_basic "', server, re.M)
    assert re.findall(r"auth_basic off", server) == ["auth_basic off"]  # of the health check
    portal = compose["services"]["portal"]
    (config,) = portal["configs"]
    assert config["target"] == users[1]
    assert compose["configs"][config["source"]]["content"].endswith("{PLAIN}${PORTAL_PASSWORD:?}")
    assert all(port.startswith("${PORTAL_ADDRESS:-127.0.0.1}:") for port in portal["ports"])


def test_the_database_has_the_locale_of_the_embedded_one(compose: dict[str, Any]) -> None:
    from warehouse.settings import get_settings

    options = compose["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    from warehouse.binaries import find_binaries

    assert set(find_binaries(get_settings().pg_bin).locale_options) <= set(options)


def test_airflow_is_tuned_as_in_the_embedded_way(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that decide how DAGs behave are the same in both ways to run."""
    from orientir import airflow_env
    from warehouse.settings import get_settings

    monkeypatch.setattr("warehouse.connection.airflow_metadata_uri", lambda: "postgresql+psycopg2://a/b")
    embedded = airflow_env.environment(get_settings())
    deployed = compose["services"]["scheduler"]["environment"]
    for name in (
        "AIRFLOW__CORE__DEFAULT_TIMEZONE",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION",
        "AIRFLOW__CORE__LOAD_EXAMPLES",
        "AIRFLOW__CORE__MAX_MAP_LENGTH",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL",
        "AIRFLOW__API__INSTANCE_NAME",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED",
        "AIRFLOW__OPENLINEAGE__NAMESPACE",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY",
        "DBT_SEND_ANONYMOUS_USAGE_STATS",
        "DO_NOT_TRACK",
    ):
        assert deployed[name] == embedded[name], name


def test_every_setting_of_ours_that_it_gives_exists(compose: dict[str, Any]) -> None:
    from warehouse.settings import Settings

    given = {
        name.removeprefix("ORIENTIR_").lower()
        for name in compose["services"]["scheduler"]["environment"]
        if name.startswith("ORIENTIR_")
    }
    assert given <= set(Settings.model_fields)


def test_the_image_installs_what_the_lock_file_says_and_runs_as_nobody_special() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert "uv sync --frozen --no-dev --group deploy" in text
    assert re.search(r"^USER orientir$", text, re.MULTILINE)


def test_celery_stays_below_the_version_that_breaks_its_provider() -> None:
    import tomllib

    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    celery = next(package for package in lock["package"] if package["name"] == "celery")
    assert tuple(int(part) for part in celery["version"].split(".")[:2]) < (5, 7)
