with years as (
    select
        year,
        year || '-' || (year + 1) as school_year
    from generate_series(
        {{ var('calendar_first_school_year') }}, {{ var('calendar_last_school_year') }}
    ) as numbers (year)
),

school_years as (
    select
        school_year as period_code,
        'school_year' as period_type,
        school_year,
        make_date(year, {{ var('school_year_first_month') }}, 1) as starts_on,
        (make_date(year + 1, {{ var('school_year_first_month') }}, 1) - interval '1 day')::date as ends_on,
        year || '/' || right((year + 1)::text, 2) || ' учебный год' as title_ru
    from years
),

months as (
    select
        years.year || '-' || lpad(calendar.month_no::text, 2, '0') as period_code,
        'month' as period_type,
        {{ school_year_of_month('years.year', 'calendar.month_no') }} as school_year,
        make_date(years.year, calendar.month_no, 1) as starts_on,
        (make_date(years.year, calendar.month_no, 1) + interval '1 month' - interval '1 day')::date as ends_on,
        calendar.month_name || ' ' || years.year || ' г.' as title_ru,
        years.year,
        calendar.quarter_no,
        calendar.quarter_name
    from years
    cross join {{ ref('calendar_months') }} as calendar
),

half_years as (
    select
        year || '-H' || half_no as period_code,
        'half_year' as period_type,
        max(school_year) as school_year,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        repeat('I', half_no) || ' полугодие ' || year || ' г.' as title_ru
    from (
        select
            year,
            school_year,
            starts_on,
            ends_on,
            (quarter_no + 1) / 2 as half_no
        from months
    ) as months_of_halves
    group by
        year,
        half_no
),

quarters as (
    select
        year || '-Q' || quarter_no as period_code,
        'quarter' as period_type,
        max(school_year) as school_year,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        quarter_name || ' квартал ' || year || ' г.' as title_ru
    from months
    group by
        year,
        quarter_no,
        quarter_name
)

select
    period_code,
    period_type,
    school_year,
    starts_on,
    ends_on,
    title_ru
from school_years
union all
select
    period_code,
    period_type,
    school_year,
    starts_on,
    ends_on,
    title_ru
from half_years
union all
select
    period_code,
    period_type,
    school_year,
    starts_on,
    ends_on,
    title_ru
from quarters
union all
select
    period_code,
    period_type,
    school_year,
    starts_on,
    ends_on,
    title_ru
from months
