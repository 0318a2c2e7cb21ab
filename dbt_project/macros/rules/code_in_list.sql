{#- Rows whose code of an occupation or specialty is not in the list of the warehouse. -#}
{% macro specialties_not_listed(sections) -%}
with codes as (
    {%- for of in sections %}
    select
        '{{ of.rule }}' as rule_id,
        '{{ of.section }}' as section,
        listing.submission_id,
        listing.row_no,
        listing.specialty_code
    from {{ of.rows }} as listing
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    codes.rule_id,
    codes.submission_id,
    codes.section,
    codes.row_no,
    'specialty_code' as field,
    codes.specialty_code as received,
    'код из справочника' as expected
from codes
left join {{ ref('specialties') }} as specialties
    on codes.specialty_code = specialties.specialty_code
where
    codes.specialty_code is not null
    and specialties.specialty_code is null
{%- endmacro %}

{#-
  Rows whose ОКТМО is not in force on the first day of the reporting period, or unknown, within the regions of the
  warehouse: a code of another region is left to others. The expected value names the code that replaced it.
-#}
{% macro oktmo_not_in_force(sections) -%}
with codes as (
    {%- for of in sections %}
    select
        '{{ of.rule }}' as rule_id,
        '{{ of.section }}' as section,
        '{{ of.field }}' as field,
        listing.submission_id,
        listing.row_no,
        listing.{{ of.field }} as oktmo,
        periods.starts_on
    from {{ of.rows }} as listing
    inner join {{ ref('dim_period') }} as periods
        on listing.period_code = periods.period_code
    where left(listing.{{ of.field }}, 2) in (select left(oktmo, 2) from {{ ref('oktmo_codes') }})
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    codes.rule_id,
    codes.submission_id,
    codes.section,
    codes.row_no,
    codes.field,
    codes.oktmo as received,
    case
        when known.oktmo is null then 'такого муниципального образования в справочнике нет'
        when codes.starts_on < known.valid_from
            then 'код действует с ' || to_char(known.valid_from, 'DD.MM.YYYY')
        when known.replaced_by is null then 'код не действует с ' || to_char(known.valid_to + 1, 'DD.MM.YYYY')
        else 'код не действует с ' || to_char(known.valid_to + 1, 'DD.MM.YYYY') || ', вместо него ' || known.replaced_by
    end as expected
from codes
left join {{ ref('oktmo_codes') }} as known
    on codes.oktmo = known.oktmo
where
    known.oktmo is null
    or codes.starts_on < known.valid_from
    or codes.starts_on > known.valid_to
{%- endmacro %}
