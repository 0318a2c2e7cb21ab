"""A person's decision on a draft, asked for in Airflow's pages."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param
from airflow.sdk.exceptions import AirflowSkipException

from warehouse.settings import get_settings

APPROVE, RETURN = "Утвердить", "Вернуть"
ASK, LATER = "ask", "later"

BODY = """\
Проект: `{draft_id}`

Файлы проекта, каждая страница с пометкой «ПРОЕКТ»:

{files}

**Утвердить** — справка станет выпуском и будет передана. **Вернуть** — напишите в комментарии, что исправить.

То же из командной строки: `orientir release approve {draft_id} --as ИМЯ` или
`orientir release return {draft_id} --as ИМЯ --comment "что исправить"`.
"""


class DraftApproval(HITLOperator):
    """Ask those who may approve. Until one answers, the task waits in Airflow's tables and holds no worker.

    `draft` is what `orientir.steps.draft_reference` has returned. With the parameter `approval` of the run
    set to `later`, nobody is asked: the draft waits for the command line.
    """

    template_fields = ("draft",)

    def __init__(self, *, draft: Any, **kwargs: Any) -> None:
        titles = get_settings().approver_titles
        super().__init__(
            subject="Утвердить годовую справку",
            options=[APPROVE, RETURN],
            params={
                "comment": Param(
                    "",
                    type="string",
                    title="Комментарий",
                    description="Обязателен, если справка возвращается.",
                )
            },
            assigned_users=[{"id": name, "name": title} for name, title in sorted(titles.items())],
            # A person may take days: only the asking itself is limited, by Airflow's own timeouts.
            execution_timeout=None,
            **kwargs,
        )
        self.draft = draft

    def execute(self, context: Any) -> Any:
        """Put the question and leave the worker."""
        if context["params"].get("approval") == LATER:
            raise AirflowSkipException("nobody is asked in this run: the draft waits for the command line")
        region, year = self.draft["region_code"], self.draft["school_year"]
        self.subject = f"Утвердить годовую справку: {region}, {year}"
        files = "\n".join(f"- `{path}`" for path in self.draft["files"])
        self.body = BODY.format(draft_id=self.draft["draft_id"], files=files)
        return super().execute(context)
