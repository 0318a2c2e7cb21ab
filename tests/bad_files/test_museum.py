"""Every file of the museum gives exactly its findings, quickly, in little memory, and never an error."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from ingest.readers.rules import reader_rules
from tests.bad_files.build import FILES, build
from tests.bad_files.surgery import OGRN
from warehouse.yaml_files import read_yaml

EXPECTED: dict[str, Any] = read_yaml(FILES.parent / "expected.yaml")
SENDER = ExpectedSender("chelyabinsk", OGRN)
SECONDS = 2.0
MEGABYTES = 300

# Rules that no single file can show: about arrival, about the calendar, about faults of the program itself.
SHOWN_ELSEWHERE = {
    "READ.INTERNAL",
    "READ.AFTER_CLOSING",
    "READ.DUPLICATE_CONTENT",
    "READ.FORM_NOT_EXPECTED",
    "READ.NOT_STORABLE",
    "READ.UNKNOWN_SENDER",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_file_gives_its_findings(name: str) -> None:
    expected = EXPECTED[name]
    started = time.process_time()
    result = read_submission_file(FILES / name, file_name=name, expected=SENDER)
    seconds = time.process_time() - started
    assert [[f.rule_id, f.cell, f.field] for f in result.findings] == expected["findings"], expected["trap"]
    assert result.unreadable is expected.get("unreadable", False)
    assert seconds < SECONDS


@pytest.mark.parametrize("name", EXPECTED)
def test_texts_are_filled_in_and_fit_to_be_stored(name: str) -> None:
    for finding in read_submission_file(FILES / name, file_name=name, expected=SENDER).findings:
        for text in (finding.message, finding.hint, finding.received or ""):
            assert "{" not in text or finding.field == "service_group"  # that one received JSON
            text.encode("utf-8")
            assert "\x00" not in text
        assert len(finding.received or "") <= 200


def test_the_museum_is_what_its_script_builds() -> None:
    """Resolve a failure with ``python -m tests.bad_files.build`` and a look at the difference."""
    assert {path.name for path in FILES.iterdir()} == set(EXPECTED)
    for name, content in build().items():
        assert (FILES / name).read_bytes() == content, name


def test_every_rule_is_shown_by_a_file() -> None:
    shown = {rule for expected in EXPECTED.values() for rule, _, _ in expected["findings"]}
    assert shown | SHOWN_ELSEWHERE == set(reader_rules())


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("snils_in_title.xlsx", "112-233"),
        ("passport_in_note.xlsx", "123456"),
        ("pupils_listed.xlsx", "Иванов"),
        ("names_in_count.xlsx", "Сидорова"),
    ],
)
def test_personal_data_are_not_repeated_anywhere(name: str, secret: str) -> None:
    result = read_submission_file(FILES / name, file_name=name, expected=SENDER)
    assert secret not in repr(result)


def test_the_whole_museum_is_read_in_little_memory() -> None:
    """One process reads all files; what it ever held is asked from the system.

    The peak is that of the program itself: getrusage would begin with the size of the process of the tests.
    """
    script = (
        "import sys; from pathlib import Path;"
        "from ingest.readers.read import read_submission_file as read;"
        "from ingest.readers.result import ExpectedSender;"
        "sender = ExpectedSender('chelyabinsk', None);"
        "[read(p, file_name=p.name, expected=sender) for p in sorted(Path(sys.argv[1]).iterdir())];"
        "status = Path('/proc/self/status').read_text();"
        "print(status.partition('VmHWM:')[2].split()[0])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(FILES)], cwd=root, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) / 1024 < MEGABYTES
