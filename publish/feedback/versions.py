"""Names of protocols: when a decision or a finding changes the name does, and no protocol is rewritten."""

from __future__ import annotations

import hashlib
from datetime import UTC
from zoneinfo import ZoneInfo

from publish.ledger_queries import DecidedSubmission

# Where an organisation's replaced protocols go, beside those that hold.
EARLIER = "earlier"


def file_stem(submission: DecidedSubmission) -> str:
    """The protocol's file name: form, period, submission, and a digest of what it says."""
    said: tuple[object, ...] = (
        submission.submission_id,
        submission.ruleset_version,
        submission.outcome,
        submission.decided_at.astimezone(UTC).isoformat(),
        submission.findings_digest,
        submission.revision,
        submission.due_on,
        submission.grace_until,
        submission.closes_on,
    )
    # A protocol of what counts at once keeps the name that it has always had.
    if submission.counts_until is not None:
        said = (*said, submission.counts_until.astimezone(UTC).isoformat())
    digest = hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()[:8]
    form = submission.form_code or "file"
    received = submission.received_at.astimezone(ZoneInfo(submission.timezone))
    period = submission.period_code or received.strftime("%Y-%m-%d")
    return f"{form}_{period}_{str(submission.submission_id)[:8]}_{digest}"
