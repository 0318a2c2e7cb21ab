"""The committed samples are what the generator makes, and stay small."""

from pathlib import Path

from demo.faults import CATALOGUE
from demo.make_samples import SAMPLES, write_samples


def test_samples_are_up_to_date(tmp_path: Path) -> None:
    write_samples(tmp_path / "samples")
    made = {str(p.relative_to(tmp_path / "samples")): p.read_bytes() for p in _files(tmp_path / "samples")}
    held = {str(p.relative_to(SAMPLES)): p.read_bytes() for p in _files(SAMPLES)}
    assert sorted(made) == sorted(held), "run: python -m demo.make_samples"
    assert made == held, "run: python -m demo.make_samples"


def test_samples_show_every_fault_and_every_form_in_less_than_2_mb() -> None:
    names = [path.name for path in _files(SAMPLES)]
    assert {name.partition("__")[0] for name in names if "__" in name} >= set(CATALOGUE)
    assert len(CATALOGUE) >= 20
    assert sum(path.stat().st_size for path in _files(SAMPLES)) < 2_000_000


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
