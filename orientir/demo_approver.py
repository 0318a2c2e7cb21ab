"""The demo's approver: answers Airflow's question as a person would, so that a run ends with a release.

Nobody else is approved for: `orientir run` without `--demo` leaves drafts to people.
"""

from __future__ import annotations

from orientir.airflow_api import AirflowApi, DagRun
from orientir.airflow_env import HOST, load_secrets
from orientir.progress import Progress
from warehouse.settings import Settings

# The option of dags/approval.py; a test holds them together.
APPROVE = "Утвердить"
COMMENT = "Утверждено автоматически: демонстрационный запуск"


class DemoApprover:
    """Logs in as the first of those who may approve, and approves what one run asks."""

    def __init__(self, settings: Settings, run: DagRun, progress: Progress) -> None:
        self._name = sorted(settings.approver_titles)[0]
        password = load_secrets(settings.airflow_home).approver_passwords[self._name]
        self._session = AirflowApi(f"http://{HOST}:{settings.api_port}", self._name, password)
        self._run = run
        self._progress = progress

    def answer(self) -> None:
        """Approve whatever the run asks now.

        Raises AnswerError when Airflow does not know this user: it was started with other approvers.
        """
        for question in self._session.questions(self._run):
            self._session.answer(question, APPROVE, {"comment": COMMENT})
            self._progress.say(f"approved automatically by the demo role {self._name}: {question.subject}")
