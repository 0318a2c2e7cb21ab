{{ published_rating(unit_type='employment_center', unit_column='ogrn') }}
