{{ config(materialized='table') }}

-- Every finding of the rules that need more than one submission; the expectations load them back into the ledger.
with findings as (
    {{ union_of_findings([
        ref('rule_c1_cross_cumulative'),
        ref('rule_c2_cross_copy'),
        ref('rule_c2_cross_cumulative'),
        ref('rule_c2_cross_jump'),
        ref('rule_c3_cross_cumulative'),
        ref('rule_c4_cross_copy'),
        ref('rule_c5_cross_copy'),
        ref('rule_c5_cross_intentions'),
        ref('rule_c6_cross_copy'),
        ref('rule_c7_cross_copy'),
        ref('rule_c9_cross_copy'),
        ref('rule_m1_cross_copy'),
        ref('rule_m1_cross_jump'),
        ref('rule_p1_cross_copy'),
        ref('rule_p1_cross_jump'),
        ref('rule_p1_cross_specialty_listed'),
        ref('rule_p2_cross_school'),
        ref('rule_p2_cross_specialty_listed'),
        ref('rule_p3_cross_copy'),
        ref('rule_p3_cross_oktmo_in_force'),
        ref('rule_p3_cross_passport'),
        ref('rule_p3_cross_specialty'),
        ref('rule_p3_cross_specialty_listed'),
        ref('rule_p4_cross_copy'),
        ref('rule_p4_cross_specialty_listed'),
        ref('rule_s1_cross_copy'),
        ref('rule_s1_cross_jump'),
        ref('rule_s1_cross_oktmo_in_force'),
        ref('rule_s3_cross_coverage'),
        ref('rule_s3_cross_cumulative'),
        ref('rule_s3_cross_event'),
        ref('rule_s3_cross_trials'),
        ref('rule_s5_cross_copy'),
        ref('rule_s5_cross_graduates'),
        ref('rule_s6_cross_as_intended'),
        ref('rule_s6_cross_copy'),
        ref('rule_s6_cross_graduates'),
        ref('rule_s6_cross_intentions'),
        ref('rule_s7_cross_contingent'),
        ref('rule_s7_cross_copy'),
    ]) }}
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
