-- 5.1: items of the site check-list, counted if the section was updated in the days before the passport date.
select
    '5.1' as indicator_code,
    schools.region_code,
    'school' as unit_type,
    schools.ogrn as unit_code,
    schools.school_year,
    case
        when passport_dates.passport_on - passports.site_section_updated_on
            between 0 and {{ var('site_update_max_age_days') }}
            then passports.site_checklist_count
        else 0
    end::numeric as numerator,
    {{ var('site_checklist_items') }}::numeric as denominator,
    schools.s1_missing_reason as missing_reason
from {{ ref('int_school_year__inputs') }} as schools
left join {{ ref('fct_school_passport') }} as passports
    on
        schools.ogrn = passports.ogrn
        and schools.school_year = passports.school_year
cross join lateral (
    select
        make_date(
            {{ first_year('schools.school_year') }}, {{ var('passport_month') }}, {{ var('passport_day') }}
        ) as passport_on
) as passport_dates
