{{ config(materialized='view', group='quality') }}

-- Findings of the decision in force: a newer rule set replaces what an older one said, it does not add to it.
with findings as (
    select
        finding_id,
        submission_id,
        ruleset_version,
        source,
        rule_id,
        severity,
        category,
        section,
        sheet,
        cell,
        row_no,
        field,
        received,
        expected,
        message,
        hint
    from {{ ref('stg_ledger__finding') }}
)

select
    findings.finding_id,
    findings.submission_id,
    submissions.region_code,
    submissions.ogrn,
    submissions.sender_ogrn,
    submissions.form_code,
    submissions.period_code,
    submissions.school_year,
    submissions.revision,
    submissions.outcome,
    submissions.is_counting,
    submissions.file_name,
    submissions.received_at,
    findings.source,
    findings.rule_id,
    findings.severity,
    findings.category,
    findings.section,
    findings.sheet,
    findings.cell,
    findings.row_no,
    findings.field,
    findings.received,
    findings.expected,
    findings.message,
    findings.hint
from findings
inner join {{ ref('fct_submission') }} as submissions
    on
        findings.submission_id = submissions.submission_id
        and findings.ruleset_version = submissions.ruleset_version
