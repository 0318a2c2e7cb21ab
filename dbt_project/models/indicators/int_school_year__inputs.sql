{{ config(materialized='table', indexes=[{'columns': ['ogrn', 'school_year'], 'unique': true}]) }}

-- What every school indicator starts from: why a form is missing, and the contingent.
-- A form without an obligation in an active year is not due yet.
with statuses as (
    select
        ogrn,
        school_year,
        bool_or(form_code = 'S1') as has_s1,
        bool_or(form_code = 'S3') as has_s3,
        bool_or(form_code = 'S5') as has_s5,
        max(missing_reason) filter (where form_code = 'S1') as s1_missing_reason,
        max(missing_reason) filter (where form_code = 'S3') as s3_missing_reason,
        max(missing_reason) filter (where form_code = 'S5') as s5_missing_reason
    from {{ ref('int_form_year__status') }}
    group by
        ogrn,
        school_year
)

select
    units.region_code,
    units.ogrn,
    units.school_year,
    units.municipality_code,
    units.has_grade_10_11,
    case when statuses.has_s1 then statuses.s1_missing_reason else 'not_due' end as s1_missing_reason,
    case when statuses.has_s3 then statuses.s3_missing_reason else 'not_due' end as s3_missing_reason,
    case when statuses.has_s5 then statuses.s5_missing_reason else 'not_due' end as s5_missing_reason,
    contingents.students_6_11,
    contingents.students_8_11,
    contingents.profminimum_students_6_11
from {{ ref('int_unit_year__active') }} as units
inner join statuses
    on
        units.ogrn = statuses.ogrn
        and units.school_year = statuses.school_year
left join {{ ref('int_contingent__by_school') }} as contingents
    on
        units.ogrn = contingents.ogrn
        and units.school_year = contingents.school_year
where units.kind = 'school'
