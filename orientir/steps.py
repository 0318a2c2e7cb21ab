"""The steps of the pipeline: what a DAG's task and a command both call, one function each.

Arguments and results are plain values, because they pass between tasks. Nothing here decides anything: the
rooms do.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orientir import build
from orientir.failures import USAGE, CommandError, DataError, InfrastructureError

if TYPE_CHECKING:
    from publish.extract.contracts import Recipient

logger = logging.getLogger(__name__)

ALL_REGIONS = "all"
# The periods that extracts are made of.
SENT = ("month", "quarter")


class UnknownNameError(CommandError):
    """No region, form or period has this code."""

    exit_code = USAGE


def regions(chosen: str) -> list[str]:
    """Return the codes of the regions chosen: one, or all. Raises UnknownNameError."""
    from ingest.sources.regions import load_regions

    known = sorted(load_regions())
    if chosen == ALL_REGIONS:
        return known
    if chosen not in known:
        raise UnknownNameError(f"there is no region {chosen!r}", hint=f"the regions are {', '.join(known)}")
    return [chosen]


def prepare_database() -> None:
    """Create or widen schemas, roles and raw tables, starting the embedded server if need be."""
    from ingest.forms.ddl import migrate_raw
    from warehouse.migrate import migrate

    migrate()
    migrate_raw()


def sync_registry(region: str) -> None:
    """Load the region's newest registry and derive what is due."""
    from ingest.calendar.obligations import sync_obligations
    from ingest.sources.registry import load_registry

    load_registry(region)
    sync_obligations(region)


def plan_pull(kind: str, chosen: str) -> list[dict[str, Any]]:
    """Bring the registry up to date and divide the files that wait into shards; none when nothing waits."""
    from ingest import pull
    from ingest.sources.regions import KINDS

    asked = next((known for known in KINDS if known == kind), None)
    if asked is None:
        raise UnknownNameError(
            f"there is no kind of organisation {kind!r}", hint=f"the kinds are {', '.join(KINDS)}"
        )
    planned: list[dict[str, Any]] = []
    for region in regions(chosen):
        sync_registry(region)
        planned += [_plain(asdict(shard)) for shard in pull.plan_pull(asked, region)]
    return planned


def pull_shard(shard: dict[str, Any]) -> dict[str, Any]:
    """List, fetch, land, read and load the files of one shard. A file that cannot be fetched waits for the
    next pull.
    """
    from ingest import pull
    from ingest.shards import Shard

    summary = pull.pull_shard(Shard(**shard))
    for failure in summary.failures:
        logger.warning("%s was not fetched: %s", failure.source_uri, failure.reason)
    return _plain(asdict(summary))


def intake(kind: str) -> dict[str, int]:
    """Count what organisations of a kind have sent so far, by what came of it."""
    from warehouse.connection import connect

    with connect("loader") as connection:
        return dict(
            connection.execute(
                "select coalesce(d.outcome, s.state), count(*) from ledger.submission as s"
                " join ledger.organisation as o on o.ogrn = s.ogrn"
                " left join ledger.decision as d on d.submission_id = s.submission_id and d.is_current"
                " where o.kind = %s group by 1 order by 1",
                [kind],
            ).fetchall()
        )


def decisions() -> dict[str, int]:
    """Count the decisions in force by outcome."""
    from warehouse.connection import connect

    with connect("loader") as connection:
        return dict(
            connection.execute(
                "select outcome, count(*) from ledger.decision where is_current group by 1 order by 1"
            ).fetchall()
        )


def forms_to_validate(form: str | None) -> list[str]:
    """Return the codes of the forms with submissions to check, or the one asked for if it has any."""
    from expectations.run import pending_forms
    from ingest.forms.catalogue import load_contracts

    if form is not None and form not in load_contracts():
        raise UnknownNameError(f"there is no form {form!r}", hint="`orientir form list` names them")
    return [code for code in pending_forms() if form in (None, code)]


def plan_validation(form: str | None) -> list[list[str]]:
    """Divide the forms with submissions to check, or the one asked for, among tasks; none is no task."""
    from expectations.run import divide, pending_submissions

    waiting = pending_submissions()
    return divide({code: waiting[code] for code in forms_to_validate(form)})


def validate_forms(form_codes: Sequence[str]) -> list[dict[str, Any]]:
    """Check all waiting submissions of some forms. A form that fails keeps no other from being checked.

    Raises DataError after the last form when the rules of one could not be computed.
    """
    summaries, failed = [], {}
    for code in form_codes:
        try:
            summaries.append(validate_form(code))
        except Exception as error:
            logger.exception("form %s was not checked", code)
            failed[code] = error
    if failed:
        reasons = "; ".join(f"{code}: {error}" for code, error in failed.items())
        raise DataError(
            f"forms were not checked, their submissions wait: {reasons}",
            hint="mend the rule or the cause that is named, then `orientir validate`",
        ) from next(iter(failed.values()))
    return summaries


def validate_form(form_code: str) -> dict[str, Any]:
    """Check all waiting submissions of a form and decide on each."""
    from expectations.run import validate_form as validate

    return _plain(asdict(validate(form_code)))


def validate_again(form: str | None) -> list[dict[str, Any]]:
    """Decide anew, under the present rules, on what was decided under others: one form or all."""
    from expectations.run import revalidate
    from ingest.forms.catalogue import load_contracts

    known = load_contracts()
    if form is not None and form not in known:
        raise UnknownNameError(f"there is no form {form!r}", hint="`orientir form list` names them")
    return [_plain(asdict(revalidate(code))) for code in known if form in (None, code)]


def settle_unidentified() -> int:
    """Decide on the files that could not be read or identified. Returns how many."""
    from expectations.decision import validate_unidentified

    return validate_unidentified()


def last_ended(period_type: str, day: date) -> str:
    """Return the code of the last school year, quarter or month that had ended by a day."""
    from ingest import periods

    if period_type == "school_year":
        first = int(periods.school_year_of(day)[:4]) - 1
        return f"{first:04d}-{first + 1:04d}"
    if period_type == "month":
        return periods.month(day.year - (day.month == 1), (day.month - 2) % 12 + 1).code
    number = (day.month - 1) // 3
    return periods.quarter(day.year, number).code if number else periods.quarter(day.year - 1, 4).code


def school_year(asked: str | None) -> str:
    """Return the school year asked for, or the last that had ended when the marts were built.

    Raises UnknownNameError, or DataError when none is asked for and nothing has been built.
    """
    from ingest.periods import UnknownPeriodError, parse_period

    if asked is None:
        return last_ended("school_year", built_moment(None).date())
    try:
        is_school_year = parse_period(asked).period_type == "school_year"
    except UnknownPeriodError:
        is_school_year = False
    if not is_school_year:
        raise UnknownNameError(f"{asked!r} is no school year", hint="write two years in a row, as 2025-2026")
    return asked


def built_moment(as_of: str | None) -> datetime:
    """Return the moment as of which the marts were built, in the region's time: what can be published.

    Raises DataError when nothing has been built, or when another moment is asked for.
    """
    built = build.current()
    if not built:
        raise DataError("there are no marts yet", hint="build them: `orientir build`")
    moment = datetime.fromisoformat(built["as_of"]).astimezone(build.ZONE)
    if as_of is not None and build.moment(as_of) != moment:
        raise DataError(
            f"the marts are as of {built['as_of']}, not {as_of}",
            hint=f"build them so: `orientir build --as-of {as_of}`",
        )
    return moment


def draft_reference(region: str, year: str | None, as_of: str | None) -> dict[str, Any]:
    """Write the draft of a region's annual reference. Returns its id, its files, whether this content is
    released already (then there is nothing to approve), and what was decided on it before.
    """
    from publish.reference import draft_reference as draft
    from publish.release_register import find_release
    from warehouse.connection import connect

    moment = built_moment(as_of)
    drafted = draft(region, school_year(year), moment)
    with connect("auditor") as connection:
        record = find_release(connection, drafted.draft_id)
    decisions = [
        {
            "decision": one.decision,
            "by": one.approver_name,
            "on": f"{one.decided_at.astimezone(build.ZONE):%d.%m.%Y %H:%M}",
            "comment": one.comment,
        }
        for one in record.decisions
    ]
    return _plain({**asdict(drafted), "decisions": decisions})


def settle_draft(draft_id: str, decision: str, approver: str, comment: str) -> str:
    """Write down somebody's decision on a draft; approved, it is released.

    Returns the id of the release, or of the draft that was returned.
    """
    from publish import approval

    answer = approval.Answer(approver, comment)
    decide = approval.approve if decision == "approved" else approval.send_back
    return decide(draft_id, answer).release_id


def decide_draft(draft_id: str, decision: str, approver: str, comment: str) -> None:
    """Write down the decision that somebody has given in Airflow; release nothing yet."""
    from publish import approval

    answer = approval.Answer(approver, comment, "airflow")
    decide = approval.record_approval if decision == "approved" else approval.send_back
    decide(draft_id, answer)


def release_draft(draft_id: str) -> str:
    """Release a draft that is approved, by what the ledger says. Returns the id of the release.

    Raises publish.approval.ReturnedError or UndecidedError when the ledger holds no approval.
    """
    from publish import approval

    return approval.release_approved(draft_id).release_id


def deliver_release(release_id: str) -> str:
    """Deliver a release to the folder, unless it is there. Returns its place."""
    from publish.delivery import deliver

    return str(deliver(release_id))


def publish_extracts(
    region: str,
    period: str | None,
    as_of: str | None,
    recipient: str | None = None,
    *,
    deliver: bool = True,
    even_withheld: bool = False,
) -> list[dict[str, Any]]:
    """Write the extracts of a region for one recipient or all, and take them there. Returns for each its
    folder, its release, whether it was released or delivered only now, and what had been damaged at the
    recipient and was put there again.

    Without a period: the month and the quarter that have ended last, each for those who are sent it. Every
    package is tried, whatever happens to another. Raises UnknownNameError, also for a period that has not
    ended or that nobody is sent, InfrastructureError when one has not arrived, or DataError when files of a
    released one are not what was released, or when its school year is withheld as a whole and it is not to go
    out `even_withheld`.
    """
    from ingest.periods import parse_period
    from publish.extract.build import WithheldError, build_extract, deliver_extract
    from publish.extract.contracts import load_recipients
    from publish.extract.delivery import DeliveryError
    from publish.release_register import ReleaseDamagedError

    moment = built_moment(as_of)
    known = load_recipients()
    if recipient is not None and recipient not in known:
        raise UnknownNameError(f"there is no recipient {recipient!r}", hint=f"they are {', '.join(known)}")
    chosen = [to for to in known.values() if recipient in (None, to.code)]
    today = moment.astimezone(build.ZONE).date()
    codes = [_ended_period(period, today, chosen)] if period else [last_ended(kind, today) for kind in SENT]
    published: list[dict[str, Any]] = []
    failures: list[str] = []
    damaged: list[str] = []
    withheld: list[str] = []
    for code in codes:
        for to in chosen:
            if parse_period(code).period_type not in to.periods:
                continue
            try:
                package = build_extract(to.code, region, code, moment, even_withheld=even_withheld)
            except ReleaseDamagedError as error:
                damaged.append(str(error))
                continue
            except WithheldError as error:
                withheld.append(str(error))
                continue
            is_delivered_now = False
            mended: list[str] = []
            if deliver:
                try:
                    done = deliver_extract(package, to.code)
                except DeliveryError as error:
                    failures.append(str(error))
                else:
                    is_delivered_now = any(one.is_new for one in done)
                    mended = [f"{one.address}/{name}" for one in done for name in one.mended]
            published.append(
                {
                    "folder": str(package.folder),
                    "release_id": package.release_id,
                    "recipient": to.code,
                    "is_released_now": package.is_new,
                    "is_delivered_now": is_delivered_now,
                    "mended": mended,
                }
            )
    if failures:
        raise InfrastructureError(
            "extracts have not arrived: " + "; ".join([*failures, *damaged]),
            hint="mend the cause and repeat: what has arrived is not sent again",
        )
    if damaged:
        raise DataError(
            "; ".join(damaged), hint="restore them and repeat: nothing was released in their place"
        )
    if withheld:
        raise DataError(
            "; ".join(withheld),
            hint="the next build decides anew when data have changed; what else there is: docs/operations.md",
        )
    return published


def _ended_period(code: str, today: date, recipients: Sequence[Recipient]) -> str:
    """Return the period if it is over and somebody is sent its extract. Raises UnknownNameError."""
    from ingest.periods import UnknownPeriodError, parse_period

    try:
        period = parse_period(code)
    except UnknownPeriodError as error:
        raise UnknownNameError(str(error)) from error
    sent = {kind: last_ended(kind, today) for kind in SENT if any(kind in to.periods for to in recipients)}
    hint = f"the last that may be sent: {', '.join(sent.values())}"
    if period.period_type not in sent:
        who = ", ".join(to.code for to in recipients)
        kinds = " and ".join(f"{kind}s" for kind in sent)
        raise UnknownNameError(f"no extract of {code} is sent to {who}: only of {kinds}", hint=hint)
    if period.ends_on >= today:
        raise UnknownNameError(f"{code} ends on {period.ends_on}, the marts are as of {today}", hint=hint)
    return code


def publish_portal() -> list[str]:
    """Write the data-quality report and the portal around it. Returns their paths."""
    from publish.portal import build_portal

    return _paths(build_portal(built_moment(None)))


def publish_quality() -> list[str]:
    """Write the data-quality report alone. Returns the paths of its files."""
    from publish.quality import build_quality_report

    return _paths(build_quality_report(built_moment(None)))


def publish_feedback() -> int:
    """Write the protocols for organisations whose submissions were decided since the last time. Returns how
    many.
    """
    from publish.feedback import write_feedback

    return write_feedback()


def _paths(paths: Path | list[Path]) -> list[str]:
    return [str(path) for path in ([paths] if isinstance(paths, Path) else paths)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Turn paths, times and tuples of a summary into what JSON knows."""
    plain: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return plain
