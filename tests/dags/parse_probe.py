"""Run in a process of its own: parse DAG files and report the time, the serialised DAG and what was touched.

Printed as JSON by path: ``seconds`` of the parse with Airflow imported before, as in its DAG processor;
``dag`` as Airflow stores it; ``touched`` with every socket, process, connection and data file used.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from typing import Any

import airflow.sdk
import airflow.serialization.serialized_objects

FORBIDDEN = (
    "socket.connect",
    "socket.getaddrinfo",
    "socket.bind",
    "subprocess.Popen",
    "os.system",
    "sqlite3.connect",
)
WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT
DATA = (".csv", ".yaml", ".yml", ".json", ".sql", ".env", ".xlsx")
TOUCHED: list[str] = []


def parse(path: str) -> dict[str, Any]:
    """Parse the file and describe what happened."""
    TOUCHED.clear()
    began = time.perf_counter()
    namespace = runpy.run_path(path)
    seconds = time.perf_counter() - began
    touched = list(TOUCHED)
    serialised = airflow.serialization.serialized_objects.DagSerialization.to_dict(namespace["dag"])
    return {"seconds": seconds, "touched": touched, "dag": serialised}


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what a DAG file has no business with."""
    if event in FORBIDDEN:
        TOUCHED.append(f"{event} {arguments[0]!r}")
    elif event == "open" and isinstance(arguments[0], str):
        name, mode, flags = arguments
        is_written = any(letter in (mode or "") for letter in "wax+") or (flags or 0) & WRITE_FLAGS
        is_data = name.endswith(DATA) and "site-packages" not in name
        if (is_written and "__pycache__" not in name) or is_data:
            TOUCHED.append(f"open {name} {mode}")


if __name__ == "__main__":
    sys.addaudithook(watch)
    print(json.dumps({path: parse(path) for path in sys.argv[1:]}, sort_keys=True, default=str))
