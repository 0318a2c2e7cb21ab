"""When the DAGs run, in the time of the region.

The cyclogram decides the hours: a form is due at the end of its due day, so the pull that sees every timely
file runs early on the following morning. Within a form's window the pull runs daily; outside it, weekly,
for corrections and for what comes late (a form closes 45 days after it was due).
`tests/dags/test_schedules.py` compares these lines with the obligations that the calendar derives.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.timetables.trigger import MultipleCronTriggerTimetable

TIMEZONE = "Asia/Yekaterinburg"

# S1 is due in October, quarterly and half-yearly forms by the middle of the next month, S5 in May, S7 in
# June, S9 in September, S11 and S13 in November: daily in those months.
SCHOOLS = ("10 5 * 1,4,5,6,7,9,10,11 *", "10 5 * * 1")
# C1 to C3 and P2 are due on the fifth working day after each month, which New Year and May holidays push to
# about the twentieth: daily until grace has certainly run out. Their other forms are due by the fifteenth, or
# on the last day of a month (P4, P6).
EMPLOYMENT_CENTERS = ("20 5 1-24 * *", "20 5 * * 1")
SPO_COLLEGES = ("30 5 1-24 * *", "30 5 * * 1")
# The authorities name the responsible people and send the registry; M1 is due on 15 January and July.
MUNICIPAL_AUTHORITIES = ("0 5 * * *",)

PULLS: dict[str, tuple[str, ...]] = {
    "school": SCHOOLS,
    "employment_center": EMPLOYMENT_CENTERS,
    "spo_college": SPO_COLLEGES,
    "municipal_authority": MUNICIPAL_AUTHORITIES,
}

# After the month's forms have passed their grace, and after the quarter's.
EXTRACTS = ("0 7 25 * *",)
# The last form of a school year (S3 of the second quarter) is settled by the middle of July.
ANNUAL_REFERENCE = ("0 7 20 7 *",)


def timetable(crons: tuple[str, ...]) -> MultipleCronTriggerTimetable:
    """Build the timetable of one DAG; a DAG seen for the first time waits for its next hour."""
    return MultipleCronTriggerTimetable(*crons, timezone=TIMEZONE, run_immediately=timedelta(0))
