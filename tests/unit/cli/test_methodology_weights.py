"""Wrong weights stop a build before anything of it is in the database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from orientir import build
from orientir.methodology_weights import SEED, WeightsError, check_weights
from warehouse.settings import Settings

PROJECT = Path(__file__).parents[3] / "dbt_project"
HEADER = "methodology_code,unit_type,direction_no,weight\n"


def project(folder: Path, rows: str) -> Path:
    (folder / SEED.parent).mkdir(parents=True, exist_ok=True)
    (folder / SEED).write_text(HEADER + rows, encoding="utf-8")
    return folder


def test_the_weights_of_the_project_sum_to_one() -> None:
    check_weights(PROJECT)


def test_weights_are_summed_by_methodology_and_kind_of_unit(tmp_path: Path) -> None:
    """Tenths that a machine's fractions would not sum to 1."""
    check_weights(project(tmp_path, "m,school,1,0.1\nm,school,2,0.2\nm,school,3,0.7\nm,municipality,1,1\n"))


def test_the_message_gives_every_wrong_sum(tmp_path: Path) -> None:
    rows = "m,school,1,0.6\nm,school,2,0.5\nm,municipality,1,1\nold,school,1,0.900001\n"
    with pytest.raises(WeightsError) as refused:
        check_weights(project(tmp_path, rows))
    assert str(refused.value) == (
        "Рейтинг строить нельзя: сумма весов методики m, school равна 1.1, а должна быть 1;"
        " сумма весов методики old, school равна 0.900001, а должна быть 1."
    )
    assert "methodology_directions.csv" in refused.value.hint
    assert refused.value.exit_code == 1


def test_what_is_no_number_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="line 3: '0,5' is no weight"):
        check_weights(project(tmp_path, 'm,school,1,0.5\nm,school,2,"0,5"\n'))


def test_no_build_is_opened_with_wrong_weights(
    clean_db: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from warehouse.connection import connect
    from warehouse.settings import get_settings

    (tmp_path / "dbt_project" / "seeds").mkdir(parents=True)
    shutil.copy(PROJECT / SEED, tmp_path / "dbt_project" / SEED)
    with (tmp_path / "dbt_project" / SEED).open("a", encoding="utf-8") as file:
        file.write("m2025.1,school,7,0.1\n")
    changed = get_settings().model_copy(update={"project_dir": tmp_path})
    monkeypatch.setattr("warehouse.settings.get_settings", lambda: changed)
    with pytest.raises(WeightsError, match=r"методики m2025\.1, school равна 1\.1"):
        build.plan()
    with connect("owner") as connection:
        assert connection.execute("select count(*) from ledger.build").fetchone() == (0,)
