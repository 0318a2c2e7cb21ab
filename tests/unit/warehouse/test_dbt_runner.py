"""Running dbt in the process: what it connects as, what it says of failures, what it leaves behind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from warehouse.connection import connect
from warehouse.dbt import DbtFailed, profile_env, run_dbt
from warehouse.settings import Settings, get_settings

PROJECT = {
    "dbt_project.yml": """
name: tiny
profile: orientir
model-paths: [models]
flags: {send_anonymous_usage_stats: false}
""",
    "profiles.yml": """
orientir:
  target: warehouse
  outputs:
    warehouse:
      type: postgres
      host: "{{ env_var('ORIENTIR_DBT_HOST') }}"
      port: "{{ env_var('ORIENTIR_DBT_PORT') | as_number }}"
      user: "{{ env_var('ORIENTIR_DBT_USER') }}"
      password: "{{ env_var('ORIENTIR_DBT_PASSWORD') }}"
      dbname: "{{ env_var('ORIENTIR_DBT_DATABASE') }}"
      schema: marts
      threads: 1
""",
    "models/dim_school.sql": "select 1 as school, '{{ env_var(\"ORIENTIR_AS_OF\") }}' as as_of",
    "models/broken.sql": "select no_such_column from {{ ref('dim_school') }}",
    "models/after.sql": "select * from {{ ref('broken') }}",
}


@pytest.fixture
def tiny_project(warehouse_db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name, content in PROJECT.items():
        path = tmp_path / "dbt_project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("ORIENTIR_PROJECT_DIR", str(tmp_path))
    monkeypatch.setenv("ORIENTIR_DBT_DIR", str(tmp_path / "var dbt"))
    get_settings.cache_clear()
    yield tmp_path
    with connect("transformer") as connection:
        connection.execute("drop view if exists marts.dim_school")
    monkeypatch.undo()
    get_settings.cache_clear()


def test_models_are_built_and_failures_are_named(tiny_project: Path) -> None:
    before = dict(os.environ)
    run_dbt(["run", "--select", "dim_school"])
    assert dict(os.environ) == before, "no password stays in the environment"
    with connect("analyst") as connection:
        row = connection.execute("select school, as_of from marts.dim_school").fetchone()
        owner = connection.execute(
            "select viewowner from pg_views where schemaname = 'marts' and viewname = 'dim_school'"
        ).fetchone()
    assert row == (1, "2026-07-20T09:00:00+05:00")
    assert owner == ("orientir_transformer",)
    assert (tiny_project / "var dbt" / "target" / "manifest.json").is_file()
    assert not (tiny_project / "dbt_project" / "target").exists()

    with pytest.raises(DbtFailed, match=r"(?s)model\.tiny\.broken \(error\).*no_such_column") as failure:
        run_dbt(["run"])
    assert [node.unique_id for node in failure.value.nodes] == ["model.tiny.broken"]
    assert dict(os.environ) == before

    with pytest.raises(DbtFailed, match="No such option"):
        run_dbt(["run", "--no-such-option"])


def test_dbt_connects_as_the_transformer(warehouse_db: Settings) -> None:
    environment = profile_env("2026-01-15T00:00:00+05:00")
    assert environment["ORIENTIR_DBT_USER"] == "orientir_transformer"
    assert environment["ORIENTIR_DBT_DATABASE"] == "orientir"
    assert environment["ORIENTIR_AS_OF"] == "2026-01-15T00:00:00+05:00"
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
