"""Where trees end that do not end in cells: due reports, findings, and rows that are figures themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.rows import dict_row

from orientir.trace_tree import Node, submission_node

if TYPE_CHECKING:
    from psycopg import Connection

    from ingest.trace import Origin
    from publish.origins.source_rows import SourceRow

_DUE = """
with received as (
    select ogrn, form_code, period_code, array_agg(submission_id order by received_at) as submissions
    from marts.fct_submission
    where ogrn = any(%(ogrns)s::text[])
    group by ogrn, form_code, period_code
)
select
    o.ogrn, o.form_code, o.period_code, o.due_on, o.grace_until, o.status, o.first_received_on, o.is_on_time,
    o.days_late, o.revisions,
    coalesce(r.submissions, '{}') as submissions
from marts.fct_obligation as o
inner join
    unnest(%(ogrns)s::text[], %(forms)s::text[], %(periods)s::text[]) as asked (ogrn, form_code, period_code)
    on o.ogrn = asked.ogrn and o.form_code = asked.form_code and o.period_code = asked.period_code
left join received as r on o.ogrn = r.ogrn and o.form_code = r.form_code and o.period_code = r.period_code
order by o.ogrn, o.form_code, o.period_code
"""


def obligations(connection: Connection[Any], found: Sequence[SourceRow]) -> dict[str, list[Node]]:
    """Reports that were due, by organisation: due and received days, and the files that came."""
    asked = {
        "ogrns": [row.values["ogrn"] for row in found],
        "forms": [row.values["form_code"] for row in found],
        "periods": [row.values["period_code"] for row in found],
    }
    amounts = {
        (row.values["ogrn"], row.values["form_code"], row.values["period_code"]): row.amount for row in found
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        due = cursor.execute(_DUE, asked).fetchall()
    origins = _origins(connection, [submission for row in due for submission in row["submissions"]])
    nodes: dict[str, list[Node]] = defaultdict(list)
    for row in due:
        received = row["first_received_on"]
        came = "never received" if received is None else f"first received {received}"
        late = f", accepted {row['days_late']} days late" if row["days_late"] else ""
        amount = amounts[row["ogrn"], row["form_code"], row["period_code"]]
        counted = "" if amount is None else f"; counts {amount.normalize():f}"
        due_report = f"{row['form_code']} {row['period_code']}, due {row['due_on']}"
        text = f"{due_report}: {came}{late}, {row['status']}{counted}"
        files = tuple(submission_node(origins[submission]) for submission in row.pop("submissions"))
        nodes[row["ogrn"]].append(Node("obligation", text, {**row, "counts": amount}, files))
    return nodes


def findings(connection: Connection[Any], found: Sequence[SourceRow]) -> dict[str, list[Node]]:
    """Reports with their findings, by organisation; a finding names its cell and what stood there."""
    reports: dict[UUID, list[Node]] = defaultdict(list)
    units: dict[UUID, str] = {}
    for row in found:
        if row.submission_id is None:
            continue
        values = {name: value for name, value in row.values.items() if not name.startswith("of_")}
        place = "!".join(str(part) for part in (values["sheet"], values["cell"]) if part)
        stood = "" if values["received"] is None else f" = {values['received']}"
        text = f"{values['rule_id']} ({values['severity']}) {place}{stood}: {values['message']}"
        reports[row.submission_id].append(Node("finding", text, values))
        units[row.submission_id] = row.unit
    origins = _origins(connection, list(reports))
    nodes: dict[str, list[Node]] = defaultdict(list)
    for submission, origin in origins.items():
        nodes[units[submission]].append(submission_node(origin, reports[submission]))
    return nodes


def rows(found: Sequence[SourceRow]) -> dict[str, list[Node]]:
    """Rows that are counted, by what they are of."""
    nodes: dict[str, list[Node]] = defaultdict(list)
    for row in found:
        said = ", ".join(
            f"{name} {value}"
            for name, value in row.values.items()
            if value is not None and not name.startswith("of_")
        )
        nodes[row.unit].append(Node("row", said, dict(row.values)))
    return nodes


def _origins(connection: Connection[Any], submissions: Sequence[UUID]) -> dict[UUID, Origin]:
    from ingest.trace import trace_origins

    return {origin.submission_id: origin for origin in trace_origins(submissions, connection)}
