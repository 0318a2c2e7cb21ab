{{ published_rating(unit_type='municipality', unit_column='municipality_code') }}
