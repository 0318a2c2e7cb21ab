"""What every task does when its last attempt has failed: somebody is told."""

from __future__ import annotations

from typing import Any


def tell(context: Any) -> None:
    """Raise an alert that names the task, its run and the cause; Airflow calls it in the task's process."""
    from orientir.alerts import alert

    task = context["task_instance"]
    name = f"{task.dag_id}.{task.task_id}"
    if task.map_index is not None and task.map_index >= 0:
        name += f"[{task.map_index}]"
    cause = context.get("exception") or "причина — в журнале задачи"
    text = (
        f"Задача {name} запуска {task.run_id} не выполнена после всех попыток.\n\n{cause}\n\n"
        "Что делать: docs/operations.md, «When something fails»."
    )
    alert(f"task:{name}", f"не выполнена задача {name}", text)
