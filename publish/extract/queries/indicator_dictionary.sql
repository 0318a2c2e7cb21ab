select indicator_code, direction_name, indicator_name, definition, formula, unit, source_forms
from marts.dim_indicator
order by sort_no, indicator_code
