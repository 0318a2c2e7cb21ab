-- S13.CROSS.ORDER: the passport says that there is an order on career guidance, and the school lists none.
select
    'S13.CROSS.ORDER' as rule_id,
    reports.submission_id,
    'acts' as section,
    null::integer as row_no,
    null::text as field,
    'приказа нет' as received,
    'приказ из паспорта школы' as expected
from {{ ref('stg_s13__card') }} as reports
inner join {{ ref('stg_s1__card') }} as passports
    on
        reports.ogrn = passports.ogrn
        and reports.period_code = passports.period_code
where
    passports.has_order
    and not exists (
        select 1
        from {{ ref('stg_s13__acts') }} as acts
        where
            reports.submission_id = acts.submission_id
            and acts.act_kind = 'order'
    )
