select
    indicator_code, municipality_code, municipality_name, school_year, trim_scale(value) as value, unit, is_suppressed, missing_reason
from public_marts.indicator_municipality_public
where region_code = %(region)s and school_year = any(%(school_years)s)
order by indicator_code, municipality_code, school_year
