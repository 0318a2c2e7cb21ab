"""The truth of the demo: what really happened in each organisation, drawn before any file is written."""

from demo.organisations import Organisation
from demo.truth.employment_center import center_truth
from demo.truth.school import school_truth
from demo.truth.spo_college import college_truth
from demo.values import FormValues

__all__ = ["truth"]


def truth(seed: int, org: Organisation, scale: float) -> dict[tuple[str, str], FormValues]:
    """(form, period) → what the organisation would report if it made no mistake."""
    match org.kind:
        case "school":
            forms = school_truth(seed, org)
        case "employment_center":
            forms = center_truth(seed, org)
        case "spo_college":
            forms = college_truth(seed, org, scale)
        case _:
            raise ValueError(f"no form is drawn for organisations of kind {org.kind}")
    return {(form.form_code, form.period_code): form for form in forms}
