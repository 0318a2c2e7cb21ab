"""The few calls of Airflow's REST API that this project makes, over the standard library."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orientir.failures import InfrastructureError

# The API answers on this machine: a proxy of the environment must not see the token.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PAGE = 100
# A busy machine answers late; a dead server is noticed by whoever watches the components.
ANSWER_SECONDS = 60.0
QUESTION_TRIES = 4
SERVER_ERROR = 500
UNFINISHED = frozenset({"queued", "running"})


@dataclass(frozen=True)
class DagRun:
    """One run of a DAG: its identity, state (queued, running, success, failed) and when it was made."""

    dag_id: str
    run_id: str
    state: str
    made_at: datetime | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other run."""
        return self.dag_id, self.run_id

    def was_made_since(self, moment: datetime) -> bool:
        """Whether it was made at or after a moment."""
        return self.made_at is not None and self.made_at >= moment

    @property
    def is_finished(self) -> bool:
        """True once the state cannot change any more."""
        return self.state not in UNFINISHED


@dataclass(frozen=True)
class TaskInstance:
    """One task of a run; map_index is -1 where the task is not mapped."""

    task_id: str
    map_index: int
    state: str | None
    try_number: int
    label: str | None


@dataclass(frozen=True)
class AssetEvent:
    """One announcement of an asset and its moment."""

    asset_name: str
    at: datetime


class AnswerError(InfrastructureError):
    """Airflow answered with an error; the code is that of HTTP."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class AirflowApi:
    """A session with one Airflow API server."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address = address.rstrip("/")
        self._user = user
        self._password = password
        self._token: str | None = None

    def health(self, timeout: float = 2.0) -> dict[str, str]:
        """Return the state of each component by name; empty while the server does not answer."""
        request = urllib.request.Request(f"{self.address}/api/v2/monitor/health")
        try:
            with _OPENER.open(request, timeout=timeout) as response:
                answer = json.load(response)
        except (urllib.error.URLError, OSError, ValueError):
            return {}
        return {name: (part or {}).get("status") or "absent" for name, part in answer.items()}

    def warm_up(self, timeout: float = 60.0) -> bool:
        """Have the server prepare the API that tasks call; False while it does not answer.

        It does so at the first call, for five seconds in which the first tasks would wait.
        """
        try:
            with _OPENER.open(f"{self.address}/execution/health", timeout=timeout):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def dag_ids(self) -> set[str]:
        """Ids of the DAGs that the processor has read so far."""
        return {dag["dag_id"] for dag in self._get("dags", limit=PAGE)["dags"]}

    def import_errors(self) -> list[str]:
        """Files that could not be read as DAGs, each with its last line of traceback."""
        return [
            f"{error['filename']}: {error['stack_trace'].strip().splitlines()[-1]}"
            for error in self._get("importErrors", limit=PAGE)["import_errors"]
        ]

    def consumers(self) -> dict[str, set[str]]:
        """Asset name to the ids of the DAGs that it starts."""
        return {
            asset["name"]: {dag["dag_id"] for dag in asset["scheduled_dags"]}
            for asset in self._get("assets", limit=PAGE)["assets"]
        }

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run a DAG."""
        self._call("PATCH", f"dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> DagRun:
        """Start a run of a DAG with these parameters."""
        return _dag_run(self._call("POST", f"dags/{dag_id}/dagRuns", {"logical_date": None, "conf": conf}))

    def latest_runs(self, dag_ids: Collection[str], states: Collection[str] = ()) -> list[DagRun]:
        """Return the hundred latest runs of some DAGs, of these states or of any, in one call."""
        body: dict[str, Any] = {"dag_ids": sorted(dag_ids), "order_by": "-run_after", "page_limit": PAGE}
        if states:
            body["states"] = sorted(states)
        return [_dag_run(entry) for entry in self._call("POST", "dags/~/dagRuns/list", body)["dag_runs"]]

    def abandon(self, run: DagRun) -> None:
        """Close a run as failed: its tasks have died with an earlier scheduler."""
        path = f"dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id, safe='')}"
        self._call("PATCH", path, {"state": "failed"})

    def read_again(self, dag_id: str) -> None:
        """Have the processor read a DAG's file now: it then counts the DAG's active runs anew."""
        token = self._get(f"dags/{dag_id}")["file_token"]
        self._call("PUT", f"parseDagFile/{urllib.parse.quote(token, safe='')}", None)

    def tasks(self, run: DagRun) -> list[TaskInstance]:
        """Return the task instances of a run."""
        path = f"dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id, safe='')}/taskInstances"
        return [
            TaskInstance(
                task_id=entry["task_id"],
                map_index=entry["map_index"],
                state=entry["state"],
                try_number=entry["try_number"],
                label=entry.get("rendered_map_index"),
            )
            for entry in self._get(path, limit=PAGE)["task_instances"]
        ]

    def log(self, run: DagRun, task: TaskInstance) -> list[str]:
        """Return the log lines of the last try of a task."""
        path = (
            f"dags/{run.dag_id}/dagRuns/{urllib.parse.quote(run.run_id, safe='')}"
            f"/taskInstances/{task.task_id}/logs/{task.try_number}"
        )
        lines: list[str] = []
        for entry in self._get(path, map_index=task.map_index, full_content="true")["content"]:
            text = entry if isinstance(entry, str) else str(entry.get("event", ""))
            if not text.startswith("::"):
                lines.append(text)
            if isinstance(entry, str):
                continue
            for error in entry.get("error_detail") or []:
                lines.append(f"{error.get('exc_type')}: {error.get('exc_value')}")
                lines += [
                    f"  {frame['filename']}:{frame['lineno']} {frame['name']}"
                    for frame in (error.get("frames") or [])[-3:]
                ]
        return lines

    def events_from(self, run: DagRun) -> list[AssetEvent] | None:
        """Return the asset events that a run has announced; None while Airflow cannot show them.

        Airflow 3.3 answers 500 as long as a run that an event has started is queued: it has no start yet.
        """
        try:
            answer = self._get(
                "assets/events", source_dag_id=run.dag_id, source_run_id=run.run_id, limit=PAGE
            )
        except AnswerError as error:
            if error.code != SERVER_ERROR:
                raise
            return None
        return [
            AssetEvent(entry["name"], datetime.fromisoformat(entry["timestamp"]))
            for entry in answer["asset_events"]
        ]

    def _get(self, path: str, **query: Any) -> Any:
        suffix = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._call("GET", f"{path}{suffix}", None)

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        if self._token is None:
            self._token = self._send(
                "POST", "/auth/token", {"username": self._user, "password": self._password}, None
            )["access_token"]
        return self._send(method, f"/api/v2/{path}", body, self._token)

    def _send(self, method: str, path: str, body: dict[str, Any] | None, token: str | None) -> Any:
        request = urllib.request.Request(
            f"{self.address}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
        )
        # A question may be asked again; an order that was not confirmed may have been carried out.
        is_question = method == "GET" or path.endswith("/list")
        tries = QUESTION_TRIES if is_question else 1
        for left in reversed(range(tries)):
            try:
                with _OPENER.open(request, timeout=ANSWER_SECONDS) as response:
                    return json.load(response)
            except urllib.error.HTTPError as error:
                detail = error.read().decode("utf-8", "replace")[:500]
                raise AnswerError(
                    error.code, f"Airflow answered {error.code} to {method} {path}: {detail}"
                ) from error
            except (urllib.error.URLError, OSError) as error:
                if not left:
                    raise InfrastructureError(
                        f"Airflow's API at {self.address} does not answer: {error}",
                        hint="see the logs under var/airflow/logs, or start it with `make up`",
                    ) from error
        raise AssertionError("unreachable: the last try returns or raises")


def _dag_run(entry: dict[str, Any]) -> DagRun:
    return DagRun(
        dag_id=entry["dag_id"],
        run_id=entry.get("dag_run_id") or entry["run_id"],
        state=entry["state"],
        made_at=datetime.fromisoformat(entry["queued_at"]) if entry.get("queued_at") else None,
    )
