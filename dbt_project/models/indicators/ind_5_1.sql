-- 5.1: items of the site check-list, counted if the section was updated in the days before the passport date or later:
-- a passport may be sent weeks after the day that it describes, and a fresher update is no worse.
with schools as (
    select
        region_code,
        ogrn,
        school_year,
        s1_missing_reason,
        make_date(
            {{ first_year('school_year') }}, {{ var('passport_month') }}, {{ var('passport_day') }}
        ) as passport_on
    from {{ ref('int_school_year__inputs') }}
),

aged as (
    select
        schools.region_code,
        schools.ogrn,
        schools.school_year,
        schools.s1_missing_reason,
        passports.site_checklist_count,
        schools.passport_on - passports.site_section_updated_on as age_days
    from schools
    left join {{ ref('fct_school_passport') }} as passports
        on
            schools.ogrn = passports.ogrn
            and schools.school_year = passports.school_year
)

select
    '5.1' as indicator_code,
    region_code,
    'school' as unit_type,
    ogrn as unit_code,
    school_year,
    case
        when age_days <= {{ var('site_update_max_age_days') }} then site_checklist_count
        else 0
    end::numeric as numerator,
    {{ var('site_checklist_items') }}::numeric as denominator,
    s1_missing_reason as missing_reason
from aged
