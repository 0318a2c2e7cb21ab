"""Secrets are drawn once, however many ask for them at the first start."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from orientir.airflow_env import ADMIN, PASSWORDS_FILE, load_secrets


def test_those_who_ask_at_once_get_the_same_secrets(tmp_path: Path) -> None:
    """A password that another draw has replaced opens nothing: the first run would end with a refusal."""
    asking = 8
    together = Barrier(asking)

    def ask() -> str:
        together.wait()
        return load_secrets(tmp_path / "airflow").admin_password

    with ThreadPoolExecutor(asking) as threads:
        answers = {task.result() for task in [threads.submit(ask) for _ in range(asking)]}
    held = json.loads((tmp_path / "airflow" / PASSWORDS_FILE).read_text(encoding="utf-8"))
    assert answers == {held[ADMIN]}
