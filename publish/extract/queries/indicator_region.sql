select
    v.indicator_code,
    i.indicator_name,
    v.school_year,
    trim_scale(round(v.value, 1)) as value,
    i.unit,
    v.missing_reason
from marts.fct_indicator_value as v
inner join marts.dim_indicator as i on i.indicator_code = v.indicator_code
where
    v.region_code = %(region)s
    and v.unit_type = 'region'
    and v.school_year = any(%(school_years)s)
order by i.sort_no, v.indicator_code, v.school_year
