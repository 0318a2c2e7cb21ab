{{ published_rating(unit_type='school', unit_column='ogrn') }}
