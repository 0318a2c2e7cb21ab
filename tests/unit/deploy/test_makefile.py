"""The Makefile: help lists every target, and nothing in it minds a path with spaces."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
MAKEFILE = ROOT / "Makefile"


def test_help_lists_every_target_with_its_words() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = set(re.findall(r"^\.PHONY: (\S+)$", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE))
    listed = dict(re.findall(r"^  make (\S+)\s+(\S.*)$", shown, re.MULTILINE))
    assert set(listed) == phony
    assert {"install", "run", "up", "down", "test", "test-all", "lint", "bench", "clean"} <= phony


def test_it_names_no_absolute_path_and_no_current_folder() -> None:
    text = MAKEFILE.read_text(encoding="utf-8")
    assert "$(shell" not in text
    assert "$(CURDIR)" not in text
    assert not re.search(r"^/", text, re.MULTILINE)


def test_it_works_in_a_folder_with_spaces_and_cyrillic(tmp_path: Path) -> None:
    folder = tmp_path / "Проект Ориентир (копия)"
    folder.mkdir()
    shutil.copy(MAKEFILE, folder)
    (folder / "var").mkdir()
    (folder / "package" / "__pycache__").mkdir(parents=True)
    done = subprocess.run(["make", "clean"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "var").exists()
    assert not (folder / "package" / "__pycache__").exists()


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "no python"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    tools = tmp_path / "bin"
    tools.mkdir()
    for program in ("bash", "make", "sh"):
        found = shutil.which(program)
        assert found is not None
        (tools / program).symlink_to(found)
    done = subprocess.run(
        ["make", "install"], cwd=folder, env={"PATH": str(tools)}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Python 3.11 is needed" in done.stderr


def test_continuous_integration_does_what_a_person_does() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text(encoding="utf-8")
