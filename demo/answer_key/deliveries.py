"""Which file counts for what is owed, and the state of each obligation, told from the plan of deliveries."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from demo.faults import CATALOGUE
from demo.files import WrittenFile
from demo.organisations import Organisation
from demo.periods import Term, school_year, terms

Key = tuple[str, str, str]


def _key(file: WrittenFile) -> Key:
    return file.org.ogrn, file.term.form_code, file.term.period_code


def counting_files(files: Iterable[WrittenFile]) -> dict[Key, WrittenFile]:
    """Latest accepted revision by organisation, form and period: a refused one never displaces it."""
    latest: dict[Key, WrittenFile] = {}
    for file in files:
        held = latest.get(_key(file))
        if file.is_accepted and (held is None or file.received_at > held.received_at):
            latest[_key(file)] = file
    return latest


def files_frame(files: list[WrittenFile]) -> pd.DataFrame:
    """One row per file in the inbox."""
    counting = {file.source_uri for file in counting_files(files).values()}
    columns = (
        "source_uri",
        "region_code",
        "ogrn",
        "kind",
        "form_code",
        "period_code",
        "revision",
        "received_at",
        "sha256",
        "size_bytes",
        "fault_id",
        "expected_outcome",
        "is_identified",
        "is_counting",
    )
    rows = [
        (
            f.source_uri,
            f.org.region_code,
            f.org.ogrn,
            f.org.kind,
            f.term.form_code,
            f.term.period_code,
            f.revision,
            f.received_at.isoformat(),
            f.sha256,
            f.size_bytes,
            f.fault_id,
            f.outcome,
            f.is_identified,
            f.source_uri in counting,
        )
        for f in files
    ]
    return pd.DataFrame(rows, columns=list(columns))


def faults_frame(files: list[WrittenFile]) -> pd.DataFrame:
    """One row per injected fault: what it is, where it stands, which rules may rightly name it."""
    reported = {(ogrn, form, school_year(period)) for ogrn, form, period in counting_files(files)}
    rows = []
    for file in files:
        if file.fault_id is None or file.place is None:
            continue
        kind, at = CATALOGUE[file.fault_id], file.place
        partner = (file.org.ogrn, kind.compared_with, file.term.school_year)
        rows.append(
            {
                "source_uri": file.source_uri,
                "fault_id": kind.fault_id,
                "severity": kind.severity,
                "category": kind.category,
                "expected_outcome": kind.outcome,
                "is_visible": kind.compared_with is None or partner in reported,
                "rule_ids": ";".join(kind.rules_for(file.term.form_code, at)),
                "form_code": file.term.form_code,
                "section": at.section,
                "sheet": at.sheet,
                "cell": at.cell,
                "row_no": at.row_no,
                "field": at.field,
                "received": at.received,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({"row_no": "Int64"}) if rows else frame


def critical_frame(files: list[WrittenFile]) -> pd.DataFrame:
    """One row per critical finding that there must be: the faults that refuse a file, and what follows."""
    rows = []
    for file in files:
        if file.fault_id is None or file.place is None or file.is_accepted:
            continue
        kind, at = CATALOGUE[file.fault_id], file.place
        found = [(";".join(kind.rules_for(file.term.form_code, at)), at.sheet, at.cell)]
        found += [(also.rule_id, also.sheet, also.cell) for also in at.also]
        rows += [(file.source_uri, kind.fault_id, *finding) for finding in found]
    return pd.DataFrame(rows, columns=["source_uri", "fault_id", "rule_ids", "sheet", "cell"])


def cross_frame(files: list[WrittenFile]) -> pd.DataFrame:
    """Rules across forms and periods that accepted faults may set off, and in whose reports.

    A rule about another form than the spoilt one speaks to any organisation of the region: its ОГРН is empty.
    """
    rows = []
    for file in files:
        for rule_id in CATALOGUE[file.fault_id].followed_by if file.fault_id and file.is_accepted else ():
            is_own = rule_id.startswith(f"{file.term.form_code}.")
            rows.append((file.org.region_code, file.org.ogrn if is_own else "", rule_id))
    return pd.DataFrame(sorted(set(rows)), columns=["region_code", "ogrn", "rule_id"])


def obligations_frame(orgs: list[Organisation], files: list[WrittenFile]) -> pd.DataFrame:
    """One row per organisation, form and period, silence included."""
    counting = counting_files(files)
    received: dict[Key, list[WrittenFile]] = {}
    for file in files:
        if file.is_identified:
            received.setdefault(_key(file), []).append(file)
    rows = []
    for org in orgs:
        for term in filter(org.owes, terms(org.kind, org.region_code)):
            key = (org.ogrn, term.form_code, term.period_code)
            rows.append(_obligation(org, term, received.get(key, []), counting.get(key)))
    return pd.DataFrame(rows).astype({"days_late": "Int64", "revisions_until_accepted": "Int64"})


def _obligation(
    org: Organisation, term: Term, received: list[WrittenFile], counts: WrittenFile | None
) -> dict[str, Any]:
    accepted = sorted(f.received_at for f in received if f.is_accepted)
    first_accepted_on = accepted[0].date() if accepted else None
    is_on_time = first_accepted_on is not None and first_accepted_on <= term.due_on
    if accepted:
        status = "accepted" if is_on_time else "accepted_late"
    else:
        silent = "not_submitted" if term.is_due else "not_due"
        status = "rejected" if any(f.outcome == "rejected" for f in received) else silent
    first = min((f.received_at for f in received), default=None)
    return {
        "ogrn": org.ogrn,
        "form_code": term.form_code,
        "period_code": term.period_code,
        "region_code": org.region_code,
        "school_year": term.school_year,
        "opens_on": term.opens_on,
        "due_on": term.due_on,
        "grace_until": term.grace_until,
        "closes_on": term.closes_on,
        "status": status,
        "first_received_at": None if first is None else first.isoformat(),
        "first_received_on": None if first is None else first.date(),
        "is_on_time": is_on_time,
        "days_late": None if first_accepted_on is None else max(0, (first_accepted_on - term.due_on).days),
        "revisions": len(received),
        "revisions_until_accepted": _first_accepted(received),
        "counting_source_uri": None if counts is None else counts.source_uri,
    }


def _first_accepted(received: list[WrittenFile]) -> int | None:
    """Which of the files, in the order of receipt, was the first to be accepted."""
    in_order = sorted(received, key=lambda file: file.received_at)
    return next((number for number, file in enumerate(in_order, 1) if file.is_accepted), None)
