{{ config(materialized='table') }}

-- Every finding of the rules that need more than one submission; the expectations load them back into the ledger.
with findings as (
    {{ union_of_findings([
        ref('rule_agreements_dropped'),
        ref('rule_c5_cross_intentions'),
        ref('rule_copies'),
        ref('rule_cumulatives'),
        ref('rule_jumps'),
        ref('rule_oktmo_in_force'),
        ref('rule_p2_cross_school'),
        ref('rule_p3_cross_passport'),
        ref('rule_p3_cross_specialty'),
        ref('rule_p6_cross_students'),
        ref('rule_partners_listed'),
        ref('rule_s11_cross_pupils'),
        ref('rule_s12_cross_parents'),
        ref('rule_s13_cross_order'),
        ref('rule_s1_cross_jump'),
        ref('rule_s2_cross_pupils'),
        ref('rule_s3_cross_coverage'),
        ref('rule_s3_cross_event'),
        ref('rule_s3_cross_trials'),
        ref('rule_s5_cross_graduates'),
        ref('rule_s6_cross_as_intended'),
        ref('rule_s6_cross_graduates'),
        ref('rule_s6_cross_intentions'),
        ref('rule_s7_cross_contingent'),
        ref('rule_s8_cross_contingent'),
        ref('rule_specialties_listed'),
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
