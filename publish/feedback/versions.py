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
    said = (
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
    digest = hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()[:8]
    form = submission.form_code or "file"
    received = submission.received_at.astimezone(ZoneInfo(submission.timezone))
    period = submission.period_code or received.strftime("%Y-%m-%d")
    return f"{form}_{period}_{str(submission.submission_id)[:8]}_{digest}"
