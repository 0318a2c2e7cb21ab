"""One Cosmos operator per layer of the dbt project.

One operator per model would show more and cost thirteen times as much (docs/adr/0010-orchestration.md).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cosmos import ProfileConfig
from cosmos.constants import InvocationMode
from cosmos.operators.local import DbtBuildLocalOperator

PROJECT_DIR = Path(__file__).resolve().parents[1] / "dbt_project"

# Selectors of dbt_project/selectors.yml, in the order of building, with the words that the graph shows.
LAYERS: dict[str, str] = {
    "layer_reference": "Справочники: муниципалитеты, мероприятия, показатели, методики.",
    "layer_staging": "Принятые отчёты в последней редакции по состоянию на момент сборки.",
    "layer_intermediate": "Связи между отчётами, обязательствами и организациями.",
    "layer_facts": "Измерения и факты.",
    "layer_indicators": "Показатели: числитель, знаменатель, причина отсутствия.",
    "layer_ratings": "Рейтинги и отчётная дисциплина.",
    "layer_rules": "Правила, которым нужны другие формы или прошлые периоды.",
    "layer_public": "Публичные витрины с подавленными малыми значениями.",
}


class LayerOperator(DbtBuildLocalOperator):
    """dbt build of one layer as of a moment, with the credentials of the transformer taken when the task
    runs.
    """

    template_fields: Sequence[str] = (*DbtBuildLocalOperator.template_fields, "as_of")

    def __init__(self, *, as_of: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.as_of = as_of

    def execute(self, context: Any, **kwargs: Any) -> Any:
        """Run dbt in this process."""
        from warehouse import dbt

        os.environ.update({**dbt.profile_env(self.as_of), **dbt.artifact_env()})
        with dbt.one_at_a_time():
            return super().execute(context, **kwargs)


def layer_operators() -> list[LayerOperator]:
    """The operators of all layers, in the order of building."""
    profile = ProfileConfig(
        profile_name="orientir", target_name="warehouse", profiles_yml_filepath=PROJECT_DIR / "profiles.yml"
    )
    return [
        LayerOperator(
            task_id=selector,
            doc_md=title,
            project_dir=str(PROJECT_DIR),
            profile_config=profile,
            selector=selector,
            as_of="{{ ti.xcom_pull(task_ids='plan')['as_of'] }}",
            install_deps=False,
            emit_datasets=False,
            should_store_compiled_sql=False,
            invocation_mode=InvocationMode.DBT_RUNNER,
        )
        for selector, title in LAYERS.items()
    ]
