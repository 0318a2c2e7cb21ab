{{ published_rating(unit_type='spo_college', unit_column='ogrn') }}
