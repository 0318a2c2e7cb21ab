select
    passports.region_code,
    passports.ogrn,
    passports.period_code as school_year,
    passports.responsible_count,
    passports.has_order,
    passports.profminimum_level,
    passports.profminimum_hours_plan,
    passports.profminimum_hours_actual,
    passports.vsoko_has_criteria,
    passports.vsoko_has_indicators,
    passports.vsoko_has_tools,
    passports.site_section_url,
    passports.site_section_updated_on,
    passports.site_checklist_count,
    contingents.students_6_11::integer as students_6_11,
    contingents.students_8_11::integer as students_8_11,
    contingents.profminimum_students_6_11::integer as profminimum_students_6_11,
    passports.submission_id
from {{ touched(ref('stg_s1__card')) }} as passports
left join {{ ref('int_contingent__by_school') }} as contingents
    on
        passports.ogrn = contingents.ogrn
        and passports.period_code = contingents.school_year
