select
    region_code,
    ogrn,
    period_code,
    {{ school_year('period_code') }} as school_year,
    site_url,
    site_updated_on,
    site_visits,
    navigator_materials,
    leaflet_titles,
    leaflet_copies,
    submission_id
from {{ touched(ref('stg_c9__card')) }}
