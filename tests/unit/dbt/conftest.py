"""The dbt project built layer by layer, as the orchestrator builds it, on a warehouse without submissions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from emptying import empty_tables

from warehouse.settings import Settings

PROJECT = Path(__file__).parents[3] / "dbt_project"
LAYERS = (
    "layer_reference",
    "layer_staging",
    "layer_intermediate",
    "layer_facts",
    "layer_indicators",
    "layer_ratings",
    "layer_rules",
    "layer_public",
)

Invoke = Callable[..., Any]


@dataclass(frozen=True)
class BuiltProject:
    """The parsed project, for each layer the ids of the nodes that it ran, and a way to run more."""

    manifest: Any
    layers: dict[str, list[str]]
    invoke: Invoke

    def nodes(self, *kinds: str) -> list[Any]:
        """Nodes of the given resource types."""
        return [node for node in self.manifest.nodes.values() if node.resource_type in kinds]


@pytest.fixture(scope="session")
def project(warehouse_db: Settings) -> Iterator[BuiltProject]:
    """Every layer built once, in order. The project is parsed once for all of them."""
    from dbt.cli.main import dbtRunner

    from warehouse.dbt import PROFILE, TARGET, profile_env

    empty_tables()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in profile_env().items():
            patch.setenv(name, value)
        patch.setenv("DBT_TARGET_PATH", str(warehouse_db.dbt_dir / "target"))
        patch.setenv("DBT_LOG_PATH", str(warehouse_db.dbt_dir / "logs"))
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        # Spelt as the house spells it, so that what another test file has parsed need not be parsed again.
        places += ["--profile", PROFILE, "--target", TARGET]
        manifest = dbtRunner().invoke(["-q", "parse", *places]).result

        def invoke(*args: str) -> Any:
            return dbtRunner(manifest=manifest).invoke(["-q", "--no-write-json", *args, *places])

        layers = {}
        for layer in LAYERS:
            outcome = invoke("build", "--selector", layer)
            assert outcome.success, outcome.exception or _failures(outcome)
            layers[layer] = [result.node.unique_id for result in outcome.result]
        yield BuiltProject(manifest, layers, invoke)


def _failures(outcome: Any) -> list[str]:
    passed = ("success", "pass")
    return [f"{r.node.unique_id}: {r.message}" for r in outcome.result if r.status not in passed]
