{{ config(materialized='table') }}

-- Every finding of the rules that need more than one submission; the expectations load them back into the ledger.
with findings as (
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_c1_cross_cumulative') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_p2_cross_school') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_s1_cross_copy') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_s1_cross_jump') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_s3_cross_coverage') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_s3_cross_event') }}
    union all
    select
        rule_id,
        submission_id,
        section,
        row_no,
        field,
        received,
        expected
    from {{ ref('rule_s5_cross_copy') }}
)

select
    findings.rule_id,
    registry.severity,
    registry.category,
    findings.submission_id,
    registry.form_code,
    findings.section,
    findings.row_no,
    findings.field,
    findings.received,
    findings.expected,
    format(registry.message_template, findings.received, findings.expected) as message,
    registry.hint
from findings
inner join {{ ref('rule_registry') }} as registry
    on findings.rule_id = registry.rule_id
