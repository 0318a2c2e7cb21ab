import pytest
from territory import inn, ogrn, row

from ingest.calendar.obligations import sync_obligations
from ingest.sources.registry import RegistryError, load_registry, sources_for
from warehouse.connection import connect


def query(statement, *values):
    with connect("owner") as connection:
        return connection.execute(statement, values).fetchall()


def test_the_registry_is_loaded_once_and_its_versions_are_kept(territory):
    territory.register(row("school", 1), row("employment_center", 2))
    report = load_registry("chelyabinsk")[0]
    assert (report.organisations, report.new_versions, report.changed) == (2, 1, 2)
    assert load_registry("chelyabinsk")[0].changed == 0
    territory.register(
        row("school", 1).replace("Организация 1", "Школа № 1"), row("school", 3), version="2025-08-01"
    )
    report = load_registry("chelyabinsk")[0]
    assert (report.versions, report.new_versions, report.organisations) == (2, 1, 3)
    assert report.no_longer_listed == [ogrn(2)]
    names = query("select ogrn, name_short, kind from ledger.organisation order by ogrn")
    assert names == [
        (ogrn(1), "Школа № 1", "school"),
        (ogrn(2), "Организация 2", "employment_center"),
        (ogrn(3), "Организация 3", "school"),
    ]
    assert len(query("select from ledger.registry_version")) == 2
    assert [source.ogrn for source in sources_for("school", "chelyabinsk")] == [ogrn(1), ogrn(3)]
    assert len(query("select from ledger.event where kind = 'registry.loaded'")) == 2


def test_every_faulty_line_is_named_with_its_number(territory):
    good = row("school", 1)
    path = territory.register(
        good,
        good,
        row("school", 2).replace(ogrn(2), ogrn(2)[:-1] + str((int(ogrn(2)[-1]) + 1) % 10)),
        row("school", 3).replace(inn(3), inn(3)[:-1] + str((int(inn(3)[-1]) + 1) % 10)),
        row("kindergarten", 4),
        row("school", 5, folder="../6"),
        row("school", 6, valid_from="01.09.2024"),
        row("school", 7, valid_to="2019-12-31"),
        row("school", 8).replace(",true,true,", ",true,maybe,"),
        row("school", 9).replace("75701000", "757"),
        row("school", 10) + ",more",
        row("school", 11).replace(f"Организация {11}", "", 1),
    )
    with pytest.raises(RegistryError) as caught:
        load_registry("chelyabinsk")
    lines = str(caught.value).splitlines()
    said = [
        (3, "ogrn"),
        (4, "ogrn"),
        (5, "inn"),
        (6, "kind"),
        (7, "folder"),
        (8, "valid_from"),
        (9, "valid_to"),
        (10, "has_grade_10_11"),
        (11, "oktmo"),
        (12, "more values than columns"),
        (13, "empty: name_full"),
    ]
    assert len(lines) == len(said)
    for line, (number, word) in zip(lines, said, strict=True):
        assert line.startswith(f"{path}:{number}: ")
        assert word in line
    assert query("select from ledger.organisation") == []


def test_a_registry_that_is_no_csv_of_ours_is_refused(territory):
    path = territory.register(row("school", 1))
    path.write_bytes("огрн;инн\n".encode("cp1251"))
    with pytest.raises(RegistryError, match="not UTF-8"):
        load_registry("chelyabinsk")
    path.write_text("ogrn;inn\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=":1: columns are missing: kind"):
        load_registry("chelyabinsk")
    path.unlink()
    with pytest.raises(RegistryError, match="has no organisations_"):
        load_registry("chelyabinsk")


def test_a_registry_as_excel_saves_it_is_read(territory):
    path = territory.register(row("school", 1))
    text = path.read_text(encoding="utf-8").replace(",", ";").replace("true", "да").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_registry("chelyabinsk")[0].organisations == 1


def test_silence_is_a_row(territory):
    territory.register(
        row("school", 1),
        row("school", 2, valid_from="2025-12-01"),
        row("school", 3, valid_to="2025-10-31"),
        row("employment_center", 4, valid_from="2026-06-30"),
        row("spo_college", 5),
        row("municipal_authority", 6),
    )
    load_registry("chelyabinsk")
    report = sync_obligations("chelyabinsk")[0]
    owed: dict[str, dict[str, list[str]]] = {}
    for number, form, period in query(
        "select ogrn, form_code, period_code from ledger.obligation order by 1, 2, 3"
    ):
        owed.setdefault(number, {}).setdefault(form, []).append(period)
    quarters = ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    years = ["2024-2025", "2025-2026"]
    halves = ["2025-H2", "2026-H1"]
    assert owed[ogrn(1)] == {
        **{"S1": years, "S3": quarters, "S5": years},
        **dict.fromkeys(("S2", "S12"), quarters[4:]),
        **dict.fromkeys(("S4", "S8"), halves),
        **dict.fromkeys(("S6", "S9"), years[:1]),
        **dict.fromkeys(("S7", "S10", "S11", "S13"), years[1:]),
    }
    # opened in December 2025
    assert owed[ogrn(2)] == {
        **dict.fromkeys(("S2", "S3", "S12"), quarters[5:]),
        **dict.fromkeys(("S4", "S8"), halves),
        **dict.fromkeys(("S5", "S7", "S10", "S11"), years[1:]),
    }
    # closed in October 2025
    assert owed[ogrn(3)] == {
        **{"S1": years, "S3": quarters[:5], "S5": years[:1], "S13": years[1:]},
        **dict.fromkeys(("S2", "S12"), quarters[4:5]),
        **dict.fromkeys(("S6", "S9"), years[:1]),
    }
    assert owed[ogrn(4)] == {"C1": ["2026-06"], "C2": ["2026-06"]}
    assert len(owed[ogrn(5)]["P2"]) == 20
    assert owed[ogrn(6)] == {"M1": ["2025-H2", "2026-H1"]}
    assert report.added == report.total == sum(len(p) for forms in owed.values() for p in forms.values())
    again = sync_obligations("chelyabinsk")[0]
    assert (again.added, again.moved, again.withdrawn) == (0, 0, 0)
    assert len(query("select from ledger.event where kind = 'obligations.synced'")) == 1


def test_a_school_that_closes_owes_nothing_after(territory):
    territory.register(row("school", 1))
    load_registry("chelyabinsk")
    assert sync_obligations("chelyabinsk")[0].total == 30
    territory.register(row("school", 1, valid_to="2026-01-15"), version="2026-02-01")
    load_registry("chelyabinsk")
    report = sync_obligations("chelyabinsk")[0]
    # S2, S3 and S12 of two quarters, S4 and S8 of the second half-year, S5, S7, S10 and S11
    assert (report.withdrawn, report.total) == (12, 18)


def test_versions_of_an_organisation_begin_with_the_file_that_describes_it_otherwise(territory):
    """Renamed in September, moved in January, closed in May: three versions, the closing makes none."""
    first = row("school", 1)
    renamed = first.replace("Организация 1", "Школа № 1")
    moved = renamed.replace("75701000,75701310", "75752000,75752000")
    territory.register(first, row("school", 2))
    territory.register(renamed, row("school", 2), version="2025-09-01")
    territory.register(moved, row("school", 2), version="2026-01-10")
    load_registry("chelyabinsk")
    described = "select valid_from::text, name_short, oktmo from ledger.organisation_version"
    history = [
        ("2020-01-01", "Организация 1", "75701000"),
        ("2025-09-01", "Школа № 1", "75701000"),
        ("2026-01-10", "Школа № 1", "75752000"),
    ]
    assert query(f"{described} where ogrn = %s order by 1", ogrn(1)) == history
    closed = f"{moved.removesuffix(',')},2026-05-31"
    header_with_successor = territory.register(closed, row("school", 2), version="2026-06-01")
    text = header_with_successor.read_text(encoding="utf-8").splitlines()
    header_with_successor.write_text(
        "\n".join([f"{text[0]},successor_ogrn", f"{text[1]},{ogrn(2)}", f"{text[2]},"]) + "\n",
        encoding="utf-8",
    )
    load_registry("chelyabinsk")
    assert query(f"{described} where ogrn = %s order by 1", ogrn(1)) == history
    assert query("select valid_to::text, successor_ogrn from ledger.organisation order by ogrn") == [
        ("2026-05-31", ogrn(2)),
        (None, None),
    ]
    assert query(f"{described} where ogrn = %s", ogrn(2)) == [("2020-01-01", "Организация 2", "75701000")]


def test_a_later_file_describes_a_school_anew_before_it_opens(territory):
    """Described again before its opening, it has one version, from the opening."""
    territory.register(row("school", 1, valid_from="2025-12-01"))
    territory.register(
        row("school", 1, valid_from="2025-12-01").replace("Организация 1", "Школа № 1"), version="2025-09-01"
    )
    load_registry("chelyabinsk")
    assert query("select valid_from::text, name_short from ledger.organisation_version") == [
        ("2025-12-01", "Школа № 1")
    ]


def test_a_successor_must_be_somebody_and_only_of_a_closed_one(territory):
    path = territory.register(row("school", 1, valid_to="2026-05-31"))
    header, line = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{header},successor_ogrn\n{line},{ogrn(9)}\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=f"successor {ogrn(9)} of {ogrn(1)} is in no version"):
        load_registry("chelyabinsk")
    path.write_text(f"{header},successor_ogrn\n{row('school', 1)},{ogrn(9)}\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="only where valid_to closes this one"):
        load_registry("chelyabinsk")


def test_the_name_of_a_registry_file_tells_from_which_day_it_holds(territory):
    territory.register(row("school", 1), version="autumn")
    with pytest.raises(RegistryError, match="from which day this version of the registry holds"):
        load_registry("chelyabinsk")
