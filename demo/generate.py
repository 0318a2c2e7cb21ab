"""Make the demo region: registry and inbox. A second call with the same parameters does nothing."""

import hashlib
import json
import shutil
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from demo.facts import REGIONS
from demo.organisations import organisations, registry_files
from demo.plan import DemoPlan
from warehouse.settings import Settings

DEFAULT_SEED = 2026
DEFAULT_FAULT_RATE = 0.09


@dataclass
class DemoSummary:
    """What the demo region holds."""

    seed: int
    scale: float
    fault_rate: float
    organisations: dict[str, int] = field(default_factory=dict)
    files: int = 0
    size_bytes: int = 0
    expected_outcomes: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    is_new: bool = True


def demo_dir(settings: Settings) -> Path:
    """Folder of the demo's own files: manifest and answer key."""
    return settings.var_dir / "demo"


def answer_key_dir(settings: Settings) -> Path:
    """Folder of the answer key."""
    return demo_dir(settings) / "answer_key"


def drawn_plan(settings: Settings) -> tuple[DemoPlan, str]:
    """What the region that lies there was drawn by, and its fingerprint.

    Raises FileNotFoundError if there is none.
    """
    manifest = _manifest(settings)
    if not manifest.is_file():
        raise FileNotFoundError(f"{manifest} is missing: run `orientir demo generate` first")
    held = json.loads(manifest.read_text(encoding="utf-8"))
    summary = held["summary"]
    return DemoPlan(summary["seed"], summary["scale"], summary["fault_rate"]), held["fingerprint"]


def generate(
    settings: Settings,
    seed: int = DEFAULT_SEED,
    scale: float = 1.0,
    fault_rate: float = DEFAULT_FAULT_RATE,
) -> DemoSummary:
    """Write registry and inbox; `fault_rate`: share of reports that first arrive unacceptable.

    Raises ValueError for a scale that is not positive or a rate outside 0..1.
    """
    plan = DemoPlan(seed, scale, fault_rate)
    manifest = _manifest(settings)
    fingerprint = _fingerprint(plan)
    known = _known(manifest, fingerprint, settings)
    if known is not None:
        return known
    _remove_previous(settings, manifest)
    summary = _write(settings, plan)
    manifest.write_text(
        json.dumps({"fingerprint": fingerprint, "summary": asdict(summary)}, indent=1), encoding="utf-8"
    )
    return summary


def _manifest(settings: Settings) -> Path:
    return demo_dir(settings) / "manifest.json"


def _listed(settings: Settings) -> Path:
    """The files that were written, each by its path in the inbox."""
    return demo_dir(settings) / "files.txt"


def _write(settings: Settings, plan: DemoPlan) -> DemoSummary:
    from demo.writers import FileWriters

    summary = DemoSummary(plan.seed, plan.scale, plan.fault_rate)
    outcomes: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    demo_dir(settings).mkdir(parents=True, exist_ok=True)
    with (
        FileWriters(settings.inbox_dir, plan) as writers,
        _listed(settings).open("w", encoding="utf-8") as listed,
    ):
        for region_code in REGIONS:
            summary.organisations[region_code] = registry_files(
                settings.registry_dir, plan.seed, region_code, plan.scale
            )
            for _, files in writers.written(organisations(plan.seed, region_code, plan.scale)):
                listed.writelines(f"{file.source_uri}\n" for file in files)
                summary.files += len(files)
                summary.size_bytes += sum(file.size_bytes for file in files)
                outcomes.update(file.outcome for file in files)
                faults.update(file.fault_id for file in files if file.fault_id)
    summary.expected_outcomes = dict(sorted(outcomes.items()))
    summary.faults = dict(sorted(faults.items()))
    return summary


def _fingerprint(plan: DemoPlan) -> str:
    """Parameters, the generator's code and data, and the contracts it lays the forms out by."""
    digest = hashlib.sha256(repr(plan).encode())
    here = Path(__file__).parent
    contracts = here.parent / "ingest" / "forms" / "contracts"
    paths = [*here.rglob("*.py"), *(here / "data").glob("*.csv"), *contracts.glob("*.yaml")]
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _known(manifest: Path, fingerprint: str, settings: Settings) -> DemoSummary | None:
    if not manifest.is_file() or not settings.inbox_dir.is_dir():
        return None
    held = json.loads(manifest.read_text(encoding="utf-8"))
    if held["fingerprint"] != fingerprint:
        return None
    return DemoSummary(**{**held["summary"], "is_new": False})


def _remove_previous(settings: Settings, manifest: Path) -> None:
    """Remove what an earlier call wrote, and nothing that people put beside it."""
    manifest.unlink(missing_ok=True)
    folders = set()
    if _listed(settings).is_file():
        for source_uri in _listed(settings).read_text(encoding="utf-8").splitlines():
            path = settings.inbox_dir / source_uri
            path.unlink(missing_ok=True)
            folders.add(path.parent)
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    shutil.rmtree(answer_key_dir(settings), ignore_errors=True)
