-- In a build of changes: the submissions of the school years in which something that counts has changed since the last
-- build, those that count no longer among them. In a build of everything nobody asks, and the table is empty.
--
-- What the last build was made of stands in fct_submission, which is built after all facts. No lineage shows it: the
-- earlier contents of a later model are no part of this build.
{%- set built, condition = ref('int_submission__counting'), 'true' -%}
{%- if execute and env_var('ORIENTIR_BUILD_SCOPE', 'all') == 'changes' -%}
    {%- set built, condition = adapter.get_relation(this.database, 'marts', 'fct_submission'), 'is_counting' -%}
    {%- if built is none -%}
        {{ exceptions.raise_compiler_error("marts.fct_submission is not there to compare with: `orientir build --full-refresh`") }}
    {%- endif -%}
{%- endif %}

with built as (
    select
        submission_id,
        region_code,
        ogrn,
        form_code,
        period_code,
        school_year
    from {{ built }}
    where {{ condition }}
),

compared as (
    select
        coalesce(counting.submission_id, built.submission_id) as submission_id,
        coalesce(counting.ogrn, built.ogrn) as ogrn,
        coalesce(counting.school_year, built.school_year) as school_year,
        coalesce(counting.form_code, built.form_code) as form_code,
        counting.submission_id is null or built.submission_id is null as is_changed
    from {{ ref('int_submission__counting') }} as counting
    full join built
        on
            counting.submission_id = built.submission_id
            and counting.region_code = built.region_code
            and counting.ogrn = built.ogrn
            and counting.form_code = built.form_code
            and counting.period_code = built.period_code
            and counting.school_year = built.school_year
),

touched_years as (
    select distinct
        ogrn,
        school_year
    from compared
    where is_changed
)

select
    compared.submission_id,
    compared.ogrn,
    compared.school_year,
    compared.form_code,
    compared.is_changed
from compared
inner join touched_years
    on
        compared.ogrn = touched_years.ogrn
        and compared.school_year = touched_years.school_year
