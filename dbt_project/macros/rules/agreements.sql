{#-
  Agreements with a partner of a kind that the registry lists, whose ИНН no such organisation has. `kinds` of a section:
  type of partner in the form → kind of organisation in the registry.
-#}
{% macro partners_not_listed(sections) -%}
with listed as (
    {%- for of in sections %}
    select
        '{{ of.rule }}' as rule_id,
        listing.submission_id,
        listing.row_no,
        listing.partner_inn,
        listing.partner_type as kind
    from {{ of.rows }} as listing
    where listing.partner_type in ('{{ of.kinds | join("', '") }}')
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    listed.rule_id,
    listed.submission_id,
    'agreements' as section,
    listed.row_no,
    'partner_inn' as field,
    listed.partner_inn as received,
    case listed.kind
        when 'school' then 'школа из реестра'
        when 'spo_college' then 'колледж из реестра'
        else 'центр занятости из реестра'
    end as expected
from listed
where not exists (
    select 1
    from {{ ref('dim_organisation') }} as organisations
    where
        listed.partner_inn = organisations.inn
        and listed.kind = organisations.kind
)
{%- endmacro %}

{#-
  Agreements of the quarter before that are still in force and no longer reported. A section gives the rows of the
  agreements and, for reports without a single one, the cards.
-#}
{% macro agreements_dropped(sections) -%}
with reports as (
    {%- for of in sections %}
    select
        '{{ of.rule }}' as rule_id,
        card.ogrn,
        card.submission_id,
        periods.starts_on,
        periods.ends_on
    from {{ of.cards }} as card
    inner join {{ ref('dim_period') }} as periods
        on card.period_code = periods.period_code
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
),

agreements as (
    {%- for of in sections %}
    select
        '{{ of.rule }}' as rule_id,
        listing.submission_id,
        listing.agreement_no,
        listing.partner_inn,
        listing.valid_until
    from {{ of.rows }} as listing
    {{- "\n    union all" if not loop.last }}
    {%- endfor %}
)

select
    this_quarter.rule_id,
    this_quarter.submission_id,
    'agreements' as section,
    null::integer as row_no,
    null::text as field,
    'нет' as received,
    '№ ' || before.agreement_no || ' с ИНН ' || before.partner_inn
    || coalesce(', по ' || to_char(before.valid_until, 'DD.MM.YYYY'), ', бессрочно') as expected
from reports as this_quarter
inner join reports as last_quarter
    on
        this_quarter.rule_id = last_quarter.rule_id
        and this_quarter.ogrn = last_quarter.ogrn
        and this_quarter.starts_on = last_quarter.ends_on + 1
inner join agreements as before
    on
        last_quarter.rule_id = before.rule_id
        and last_quarter.submission_id = before.submission_id
where
    (before.valid_until is null or before.valid_until >= this_quarter.starts_on)
    and not exists (
        select 1
        from agreements as still
        where
            this_quarter.rule_id = still.rule_id
            and this_quarter.submission_id = still.submission_id
            and before.agreement_no = still.agreement_no
            and before.partner_inn = still.partner_inn
    )
{%- endmacro %}
