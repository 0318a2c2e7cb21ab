with reported as (
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_s7__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_s9__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_s10__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_s11__card')) }}
    union
    select
        region_code,
        ogrn,
        period_code
    from {{ touched(ref('stg_s13__card')) }}
)

select
    reported.region_code,
    reported.ogrn,
    reported.period_code as school_year,
    s7.recommendations_count,
    s9.camp_count,
    s9.camp_children,
    s10.guidance_model,
    s10.model_updated_on,
    s11.subjects_with_component,
    s11.subjects_url,
    s11.volunteer_squads,
    s11.volunteers,
    s11.volunteer_actions,
    s13.has_plan,
    s13.plan_approved_on,
    s13.plan_url,
    s13.innovation_site,
    s7.submission_id as s7_submission_id,
    s9.submission_id as s9_submission_id,
    s10.submission_id as s10_submission_id,
    s11.submission_id as s11_submission_id,
    s13.submission_id as s13_submission_id
from reported
left join {{ touched(ref('stg_s7__card')) }} as s7
    on
        reported.ogrn = s7.ogrn
        and reported.period_code = s7.period_code
left join {{ touched(ref('stg_s9__card')) }} as s9
    on
        reported.ogrn = s9.ogrn
        and reported.period_code = s9.period_code
left join {{ touched(ref('stg_s10__card')) }} as s10
    on
        reported.ogrn = s10.ogrn
        and reported.period_code = s10.period_code
left join {{ touched(ref('stg_s11__card')) }} as s11
    on
        reported.ogrn = s11.ogrn
        and reported.period_code = s11.period_code
left join {{ touched(ref('stg_s13__card')) }} as s13
    on
        reported.ogrn = s13.ogrn
        and reported.period_code = s13.period_code
