"""What happens when a task has failed for good, or a run whose task could not say so: somebody is told."""

from __future__ import annotations

from typing import Any

WHAT_TO_DO = "Что делать: docs/operations.md, «When something fails»."


def tell(context: Any) -> None:
    """Raise an alert that names the task, its run and the cause; Airflow calls it in the task's process."""
    from orientir.alerts import alert

    task = context["task_instance"]
    name = f"{task.dag_id}.{task.task_id}"
    if task.map_index is not None and task.map_index >= 0:
        name += f"[{task.map_index}]"
    error = context.get("exception")
    cause = f"{type(error).__name__}: {error}" if error else "Причина — в журнале задачи."
    text = f"Задача {name} запуска {task.run_id} не выполнена после всех попыток.\n\n{cause}\n\n{WHAT_TO_DO}"
    alert(f"task:{name}", f"не выполнена задача {name}", text, run=f"{task.dag_id}/{task.run_id}")


def tell_of_run(context: Any) -> None:
    """Raise an alert about a run that has failed, unless one of its tasks has raised its own.

    A task that was killed, for want of memory or by somebody, has no process left to call `tell` in. Airflow
    calls this in the process that reads the DAG files.
    """
    from orientir.alerts import alert, is_told_of

    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    if is_told_of(f"{dag_id}/{run_id}"):
        return
    text = (
        f"Запуск {run_id} DAG {dag_id} не выполнен: его задача прервана извне (например, не хватило памяти)"
        f" или остановлена человеком. Какая — на странице запуска в Airflow.\n\n{WHAT_TO_DO}"
    )
    alert(f"run:{dag_id}", f"не выполнен запуск {dag_id}", text, run=f"{dag_id}/{run_id}")
