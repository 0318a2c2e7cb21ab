-- P2.CROSS.SCHOOL: the school of a trial is not a school in the registry of the college's region.
select
    'P2.CROSS.SCHOOL' as rule_id,
    trials.submission_id,
    'trials' as section,
    trials.row_no,
    'school_ogrn' as field,
    trials.school_ogrn as received,
    case
        when organisations.ogrn is null then 'в реестре такой организации нет'
        when organisations.region_code <> trials.region_code then 'это организация другого региона'
        else 'это не школа'
    end as expected
from {{ ref('fct_trial') }} as trials
left join {{ ref('dim_organisation') }} as organisations
    on
        trials.school_ogrn = organisations.ogrn
        and organisations.is_current
where
    organisations.ogrn is null
    or organisations.region_code <> trials.region_code
    or organisations.kind <> 'school'
