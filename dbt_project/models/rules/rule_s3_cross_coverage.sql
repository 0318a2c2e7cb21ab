-- S3.CROSS.COVERAGE: unique pupils of a band of grades exceed the pupils of these grades in the school's passport.
with bands as (
    select
        coverage.submission_id,
        coverage.row_no,
        coverage.ogrn,
        coverage.school_year,
        cells.field,
        cells.unique_pupils,
        cells.first_grade,
        cells.last_grade
    from {{ ref('fct_event_coverage') }} as coverage
    cross join lateral (
        values
        ('unique_6_7', coverage.unique_6_7, 6, 7),
        ('unique_8_9', coverage.unique_8_9, 8, 9),
        ('unique_10_11', coverage.unique_10_11, 10, 11),
        ('unique_total', coverage.unique_total, 6, 11)
    ) as cells (field, unique_pupils, first_grade, last_grade)
),

compared as (
    select
        bands.submission_id,
        bands.row_no,
        bands.field,
        bands.unique_pupils,
        sum(contingents.students) as students
    from bands
    inner join {{ ref('fct_contingent') }} as contingents
        on
            bands.ogrn = contingents.ogrn
            and bands.school_year = contingents.school_year
            and contingents.grade between bands.first_grade and bands.last_grade
    group by
        bands.submission_id,
        bands.row_no,
        bands.field,
        bands.unique_pupils
)

select
    'S3.CROSS.COVERAGE' as rule_id,
    submission_id,
    'coverage' as section,
    row_no,
    field,
    unique_pupils::text as received,
    students::text as expected
from compared
where unique_pupils > students
