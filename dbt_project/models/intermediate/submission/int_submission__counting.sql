{{ config(
    materialized='incremental',
    on_schema_change='fail',
    indexes=[{'columns': ['submission_id'], 'unique': true}]
) }}

-- The latest accepted revision by then: a rejected revision never displaces an accepted one, nor does one
-- that came after the period was closed.
with accepted as (
    select
        submission_id,
        region_code,
        ogrn,
        form_code,
        form_version,
        period_code,
        school_year,
        revision,
        received_at,
        received_on,
        row_number() over (
            partition by region_code, ogrn, form_code, period_code
            order by revision desc
        ) as recency
    from {{ ref('int_submission__as_of') }}
    where is_accepted and revision is not null and not is_after_closing
)

select
    submission_id,
    region_code,
    ogrn,
    form_code,
    form_version,
    period_code,
    school_year,
    revision,
    received_at,
    received_on
from accepted
where recency = 1
