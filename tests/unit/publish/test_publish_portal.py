"""The portal's pages: complete, linked within themselves, silent towards the network, the same every time."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import uuid
from datetime import datetime
from pathlib import Path

import pytest
from page_requests import external_requests, links
from publish_sample import AS_OF, FACTS, YEAR, rated

from ingest.ledger.closings import LateSubmission
from publish.ledger_queries import DecidedSubmission, Finding, RuleExample
from publish.manifest import Release
from publish.mart_rows import Discipline
from publish.pages import OUTCOMES, render_page
from publish.portal.build import TEMPLATES, write_portal
from publish.portal.content import PortalContent, Refused, RegionYear
from publish.portal.dbt_docs import stable_page
from publish.portal.documents import find_extracts, find_references
from publish.quality.report import FormQuality, QualityReport, RuleQuality, report_json, write_report
from publish.reference.build import write_reference

EXAMPLE = RuleExample(
    "S1", "S1.SUM", "tyumen", "МАОУ <СОШ> № 1", "2025-2026", "паспорт.xlsx", "tyumen/1/паспорт.xlsx",
    "Контингент", "B10", "120", "Итог не равен сумме.", "Сложите классы заново.",
)  # fmt: skip
QUALITY = QualityReport(
    as_of=AS_OF,
    regions={"tyumen": "Тюменская область"},
    region_outcomes={"tyumen": dict(zip(OUTCOMES, (1200, 40, 21, 4), strict=True))},
    forms=(
        FormQuality("S1", "Паспорт", dict(zip(OUTCOMES, (1200, 40, 21, 0), strict=True)), 8827, 70, 2),
        FormQuality(None, "форма не определена", dict(zip(OUTCOMES, (0, 0, 0, 4), strict=True)), 0, 0, 0),
    ),
    rules=(
        RuleQuality("S1", "S1.SUM", "Сумма", "critical", "arithmetic", 22, 21, 20, "Сложите.", (EXAMPLE,)),
    ),
)
SUBMISSION = DecidedSubmission(
    submission_id=uuid.UUID(int=1),
    receipt_id=uuid.UUID(int=2),
    region_code="tyumen",
    region_name="Тюменская область",
    timezone="Asia/Yekaterinburg",
    ogrn="1027200000001",
    organisation="МАОУ <СОШ> № 1",
    form_code="S1",
    period_code="2025-2026",
    revision=1,
    outcome="rejected",
    ruleset_version="0123456789ab",
    critical_count=2,
    warning_count=0,
    decided_at=datetime.fromisoformat("2025-10-12T10:00:00+05:00"),
    received_at=datetime.fromisoformat("2025-10-10T10:00:00+05:00"),
    channel="folder",
    source_uri="tyumen/1/паспорт.xlsx",
    file_name="паспорт.xlsx",
    sha256="ab" * 32,
    size_bytes=10,
    due_on=None,
    grace_until=None,
    closes_on=None,
    findings_digest="x",
)
FINDING = Finding(
    SUBMISSION.submission_id, "S1.SUM", "critical", "arithmetic", "gx", "Контингент", "B10", "students",
    "120", "119", "Итог не равен сумме: =1+1 <script>alert(1)</script>", "Сложите классы заново.",
)  # fmt: skip
CONTENT = PortalContent(
    as_of=AS_OF,
    quality=QUALITY,
    years=(
        RegionYear(
            region_code="tyumen",
            region_name="Тюменская область",
            school_year=YEAR,
            by_form=(Discipline("", "S1", YEAR, 1000, 990, 900, 980, 5),),
            by_municipality=(("город Тюмень", Discipline("71701000", "", YEAR, 1000, 990, 900, 980, 5)),),
            silent=FACTS.silent,
            municipalities=FACTS.municipality_rating,
            schools=(*FACTS.school_rating, rated(14, "МАОУ СОШ № 4", None, None, None, None)),
            centers=FACTS.center_rating,
            colleges=FACTS.college_rating,
        ),
    ),
    refused=(Refused(SUBMISSION, (FINDING, FINDING), 3),),
    refused_total=25,
    late=(
        LateSubmission(
            SUBMISSION.submission_id,
            "tyumen",
            "1",
            "МАОУ СОШ № 9",
            "S3",
            "2025-Q4",
            2,
            # by the region's clock: 13 March, after a closing at the end of 24 February
            datetime.fromisoformat("2026-03-12T21:30:00+00:00"),
            "accepted",
            datetime.fromisoformat("2026-02-24T18:59:59+00:00"),
        ),
    ),
)
DBT_DOCS = (b"<!DOCTYPE html><html><head><title>dbt</title></head><body></body></html>", "0" * 64)
PAGES = ("index.html", "quality.html", "discipline.html", "refused.html", "rating.html")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("portal")
    write_reference(
        FACTS,
        root / "reference" / "tyumen" / YEAR,
        Release("annual_reference", "tyumen", YEAR, AS_OF, "a" * 64),
    )
    documents = [*find_references(root / "reference"), *find_extracts(root / "extracts")]
    assert [document.title for document in documents] == ["Аналитическая справка за 2025/26 учебный год"]
    for name in ("portal", "again"):
        release = Release("quality_portal", None, None, AS_OF, "b" * 64)
        write_portal(CONTENT, documents, root / name, release, DBT_DOCS)
    return root / "portal"


def page(portal: Path, name: str) -> str:
    return (portal / name).read_text(encoding="utf-8")


def test_a_rating_compared_by_the_earlier_methodology_shows_both_places_of_the_shift():
    """The place of this year is by another methodology: without the third number the row would not add up."""
    first, *others = FACTS.municipality_rating
    moved = dataclasses.replace(
        first,
        previous_rank=9,
        previous_rank_recomputed=None,
        previous_methodology_code="m2024.1",
        rank_by_previous_methodology=4,
    )
    kept = [dataclasses.replace(row, previous_rank_recomputed=None) for row in others]
    (year,) = CONTENT.years
    changed = dataclasses.replace(year, municipalities=(moved, *kept), schools=(), centers=(), colleges=())
    content = dataclasses.replace(CONTENT, years=(changed,))
    text = render_page(TEMPLATES, "rating.html.j2", as_of=AS_OF, page="rating.html", content=content).decode(
        "utf-8"
    )
    assert "По прежней методике</th>" in text
    cells = ((9, "9"), (4, "4"), (5, "+5"))
    places = [f'<td class="n" data-value="{value}">{shown}</td>' for value, shown in cells]
    assert "".join(places) in text


def test_rebuilding_gives_equal_bytes(portal: Path):
    files = sorted(path.relative_to(portal) for path in portal.rglob("*") if path.is_file())
    again = portal.parent / "again"
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert all((portal / name).read_bytes() == (again / name).read_bytes() for name in files)


def test_no_page_asks_anything_of_the_network(portal: Path):
    pages = list(portal.rglob("*.html"))
    assert len(pages) >= len(PAGES) + 2
    assert {path.name: external_requests(path.read_text(encoding="utf-8")) for path in pages} == {
        path.name: [] for path in pages
    }


def test_every_link_leads_to_a_file_of_the_portal(portal: Path):
    for name in PAGES:
        for link in links(page(portal, name)):
            assert (portal / link).is_file(), f"{name} links to {link}"
    assert {"dbt/index.html", f"reference/tyumen/{YEAR}/reference.pdf"} <= set(
        links(page(portal, "index.html"))
    )


def test_pages_can_be_used_without_a_mouse_and_without_seeing(portal: Path):
    for name in PAGES:
        text = page(portal, name)
        assert '<html lang="ru">' in text
        assert text.count("<h1>") == 1
        assert 'class="skip"' in text
        assert text.count("<th ") == text.count('<th scope="col"'), name
        assert text.count("<input") == text.count("<label>"), name


def test_text_from_files_is_shown_and_never_run(portal: Path):
    text = page(portal, "refused.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "МАОУ &lt;СОШ&gt; № 1" in text


def test_what_came_after_closing_is_shown_as_such(portal: Path):
    text = page(portal, "discipline.html")
    assert "После закрытия периода" in text
    assert "<td>МАОУ СОШ № 9</td><td>S3</td><td>2025-Q4</td>" in text
    assert "<td>13.03.2026</td><td>24.02.2026</td>" in text


def test_quality_says_how_many_and_where(portal: Path):
    text = page(portal, "quality.html")
    assert "1\u00a0265</strong> файлов получено" in text
    assert "(94,9 %)" in text  # 1200 of 1265
    assert "21</strong> не принят (" in text
    assert "4</strong> не прочитано (" in text
    assert "22 замечания, 20 организаций" in text
    assert "Контингент, B10" in text
    assert "Показано 1 из 22" in text


def test_refused_and_rating_show_counts_and_places(portal: Path):
    refused = page(portal, "refused.html")
    assert "Показано 1 из 25, последние полученные." in refused
    assert "ещё 4" in refused
    rating = page(portal, "rating.html")
    schools = rating[rating.index("Школы</caption>") :]
    names = ["МАОУ СОШ № 1", "МАОУ СОШ № 2", "МАОУ СОШ № 3", "МАОУ СОШ № 4"]
    assert sorted(names, key=schools.index) == names  # by place; the unranked last, by name
    assert 'data-value="81.00">81,00' in schools
    assert ">+2</td>" in schools
    centers = rating[rating.index("Центры занятости</caption>") :]
    assert centers.index("ЦЗН города Тюмени") < centers.index("ЦЗН Абатского района")
    assert "Тюменский колледж" in rating[rating.index("Колледжи</caption>") :]


def test_report_stands_alone_in_html_and_json(tmp_path: Path):
    html, data = write_report(QUALITY, tmp_path)
    text = html.read_text(encoding="utf-8")
    assert external_requests(text) == []
    assert links(text) == []
    content = json.loads(data.read_text(encoding="utf-8"))
    assert content["received"] == 1265
    assert content["outcomes"] == {
        "accepted": 1200,
        "accepted_with_warnings": 40,
        "rejected": 21,
        "unreadable": 4,
    }
    assert content["rules"][0]["examples"][0]["cell"] == "B10"
    assert data.read_bytes() == report_json(QUALITY)


def test_content_hash_follows_what_the_pages_say():
    other = dataclasses.replace(CONTENT, refused_total=26)
    assert other.content_hash() != CONTENT.content_hash()
    assert dataclasses.replace(CONTENT).content_hash() == CONTENT.content_hash()


def test_documentation_of_dbt_loses_moments_and_ways_outside():
    made = (
        b'{"generated_at": "2026-07-20T04:00:00Z", "invocation_id": "5d1c", "created_at": 1789.25}'
        b'(window,document,"script","//d1fc8wv8zag5ca.cloudfront.net/2.9.0/sp.js","snowplow")'
    )
    assert stable_page(made) == (
        b'{"generated_at": "", "invocation_id": "", "created_at": 0}'
        b'(window,document,"script","data:text/javascript,","snowplow")'
    )


def test_browser_without_network_draws_the_page_and_runs_its_script(portal: Path, tmp_path: Path):
    """Where Chromium is installed the page is opened in it; where it is not, the parsed page has to do."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    text = page(portal, "rating.html")
    if chromium is not None:
        done = subprocess.run(
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
                "--disable-background-networking", "--disable-component-update",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
                "--dump-dom", (portal / "rating.html").as_uri(),
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )  # fmt: skip
        text = done.stdout
        assert text.count('<button type="button">') == text.count('<th scope="col"')  # the script made them
    assert "МАОУ СОШ № 4" in text
    assert external_requests(text) == []
