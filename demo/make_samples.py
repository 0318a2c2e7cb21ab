"""Pick the files of `demo/samples/` out of the standard demo region: python -m demo.make_samples.

Proper files of each form and one file for each kind of fault, with an index of what is wrong and where.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from demo.facts import REGIONS
from demo.faults import CATALOGUE, Place, fitting
from demo.files import WrittenFile, write_organisation
from demo.generate import DEFAULT_FAULT_RATE, DEFAULT_SEED
from demo.organisations import KINDS, Organisation, count, organisation
from demo.periods import forms_of_kind
from demo.plan import DemoPlan
from ingest.forms.catalogue import load_contracts

SAMPLES = Path(__file__).parent / "samples"
FORMS = tuple(form for kind in KINDS for form in forms_of_kind(kind))
HEADING = """# Sample files of the demo region

Written by `python -m demo.make_samples` from the demo's truth; do not edit by hand. The organisations do not
exist (`docs/adr/0006-demo-region.md`). `good/` holds proper files of each form, `faulty/` one file for each
kind of fault. A file's name is the one its sender gave it, with the fault in front.

"""


@dataclass(frozen=True)
class Sample:
    """A file chosen for the samples, and where it goes."""

    target: str
    file: WrittenFile


def choose(inbox: Path | None) -> list[Sample]:
    """Two proper files of each form and the first file with each fault, in the order of the registry."""
    plan = DemoPlan(DEFAULT_SEED, 1.0, DEFAULT_FAULT_RATE)
    good: dict[str, list[WrittenFile]] = {form: [] for form in FORMS}
    faulty: dict[str, WrittenFile] = {}
    for org in _everybody(plan):
        mine = forms_of_kind(org.kind)
        wanted = {
            form for form in mine for kind in fitting(load_contracts()[form]) if kind.fault_id not in faulty
        }
        if all(len(good[form]) == 2 and form not in wanted for form in mine):
            continue
        for file in write_organisation(inbox, plan, org):
            _consider(file, good[file.term.form_code], faulty)
    samples = [Sample(f"good/{_name(file)}", file) for files in good.values() for file in files]
    return samples + [
        Sample(f"faulty/{fault_id}__{_name(file)}", file) for fault_id, file in sorted(faulty.items())
    ]


def _everybody(plan: DemoPlan) -> Iterator[Organisation]:
    for kind in reversed(KINDS):  # colleges and centres have few kinds of fault of their own: they go first
        for region_code in REGIONS:
            for serial in range(count(kind, region_code, plan.scale)):
                yield organisation(plan.seed, region_code, kind, serial, plan.scale)


def _consider(file: WrittenFile, good: list[WrittenFile], faulty: dict[str, WrittenFile]) -> None:
    if file.fault_id is not None:
        faulty.setdefault(file.fault_id, file)
    elif len(good) < 2 and file.term.school_year == "2025-2026" and all(f.org != file.org for f in good):
        good.append(file)


def _name(file: WrittenFile) -> str:
    return file.source_uri.rpartition("/")[2]


def write_samples(folder: Path) -> list[Sample]:
    """Write the samples and their index into a folder, which is emptied first."""
    with tempfile.TemporaryDirectory() as scratch:
        inbox = Path(scratch)
        samples = choose(inbox)
        shutil.rmtree(folder, ignore_errors=True)
        for sample in samples:
            target = folder / sample.target
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(inbox / sample.file.source_uri, target)
            moment = sample.file.received_at.timestamp()
            os.utime(target, (moment, moment))
    (folder / "README.md").write_text(index(samples), encoding="utf-8")
    return samples


def index(samples: list[Sample]) -> str:
    """The table of the samples."""
    lines = [
        "| File | Form, period | What is wrong | Where | Comes of it | Rules |",
        "|---|---|---|---|---|---|",
    ]
    for sample in samples:
        file = sample.file
        kind = CATALOGUE.get(file.fault_id or "")
        wrong = "" if kind is None else (kind.spoil.__doc__ or "").strip()
        rules = (
            ""
            if kind is None
            else ", ".join(f"`{rule}`" for rule in kind.rules_for(file.term.form_code, file.place))
        )
        where = f"{file.term.form_code}, {file.term.period_code}"
        lines.append(
            f"| `{sample.target}` | {where} | {wrong} | {_where(file.place)} | {file.outcome} | {rules} |"
        )
    return HEADING + "\n".join(lines) + "\n"


def _where(place: Place | None) -> str:
    if place is None:
        return ""
    return " ".join(part for part in (place.sheet and f"«{place.sheet}»", place.cell) if part)


if __name__ == "__main__":
    print(f"{len(write_samples(SAMPLES))} files in {SAMPLES}")
