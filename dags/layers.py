"""One Cosmos operator per pair of layers of the dbt project.

One operator per model would show more and cost thirteen times as much, one per layer twice as much as one
command (docs/adr/0010-orchestration.md).
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

# Task to the layers that it builds (tags of dbt_project.yml), in the order of building, with the words that
# the graph shows.
LAYERS: dict[str, tuple[tuple[str, ...], str]] = {
    "reference_and_staging": (
        ("layer_reference", "layer_staging"),
        "Справочники и принятые отчёты в последней редакции по состоянию на момент сборки.",
    ),
    "intermediate_and_facts": (
        ("layer_intermediate", "layer_facts"),
        "Связи между отчётами, обязательствами и организациями; измерения и факты.",
    ),
    "indicators_and_ratings": (
        ("layer_indicators", "layer_ratings"),
        "Показатели с причиной отсутствия, рейтинги, отчётная дисциплина.",
    ),
    "rules_and_public": (
        ("layer_rules", "layer_public"),
        "Правила, которым нужны другие формы или прошлые периоды; публичные витрины.",
    ),
}


class LayerOperator(DbtBuildLocalOperator):
    """dbt build of layers as of a moment, of everything or of what has changed, with the credentials of
    the transformer taken when the task runs.
    """

    template_fields: Sequence[str] = (*DbtBuildLocalOperator.template_fields, "as_of", "scope")

    def __init__(self, *, as_of: str, scope: str, layers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.as_of = as_of
        self.scope = scope
        self.layers = layers

    def execute(self, context: Any, **kwargs: Any) -> Any:
        """Run dbt in this process."""
        from orientir import build
        from warehouse import dbt

        if "layer_public" in self.layers:
            build.decide_disclosure()
        self.exclude = dbt.excluded(self.scope)
        os.environ.update({**dbt.profile_env(self.as_of, self.scope), **dbt.artifact_env()})
        with dbt.one_at_a_time():
            return super().execute(context, **kwargs)


def layer_operators() -> list[LayerOperator]:
    """The operators of all layers, in the order of building."""
    profile = ProfileConfig(
        profile_name="orientir", target_name="warehouse", profiles_yml_filepath=PROJECT_DIR / "profiles.yml"
    )
    return [
        LayerOperator(
            task_id=task_id,
            doc_md=title,
            project_dir=str(PROJECT_DIR),
            profile_config=profile,
            select=[f"tag:{layer}" for layer in layers],
            layers=layers,
            as_of="{{ ti.xcom_pull(task_ids='plan')['as_of'] }}",
            scope="{{ ti.xcom_pull(task_ids='plan')['scope'] }}",
            install_deps=False,
            emit_datasets=False,
            should_store_compiled_sql=False,
            # Nobody reads the manifest of a build; writing it costs as much as building twenty models.
            dbt_cmd_global_flags=["--no-write-json"],
            invocation_mode=InvocationMode.DBT_RUNNER,
        )
        for task_id, (layers, title) in LAYERS.items()
    ]
