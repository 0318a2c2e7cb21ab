{#- Rows whose code of an occupation or specialty is not in the list of the warehouse. -#}
{% macro specialty_not_listed(rule_id, relation, section) -%}
select
    '{{ rule_id }}' as rule_id,
    listing.submission_id,
    '{{ section }}' as section,
    listing.row_no,
    'specialty_code' as field,
    listing.specialty_code as received,
    'код из справочника' as expected
from {{ relation }} as listing
left join {{ ref('specialties') }} as specialties
    on listing.specialty_code = specialties.specialty_code
where
    listing.specialty_code is not null
    and specialties.specialty_code is null
{%- endmacro %}

{#-
  Rows whose ОКТМО is not in force on the first day of the reporting period, or unknown, within the regions of the
  warehouse: a code of another region is left to others. The expected value names the code that replaced it.
-#}
{% macro oktmo_not_in_force(rule_id, relation, section, field) -%}
with codes as (
    select
        listing.submission_id,
        listing.row_no,
        listing.{{ field }} as oktmo,
        periods.starts_on
    from {{ relation }} as listing
    inner join {{ ref('dim_period') }} as periods
        on listing.period_code = periods.period_code
    where left(listing.{{ field }}, 2) in (select left(oktmo, 2) from {{ ref('oktmo_codes') }})
)

select
    '{{ rule_id }}' as rule_id,
    codes.submission_id,
    '{{ section }}' as section,
    codes.row_no,
    '{{ field }}' as field,
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
