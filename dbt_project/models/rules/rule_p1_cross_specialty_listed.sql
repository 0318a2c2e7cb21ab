-- P1.CROSS.SPECIALTY_LISTED: a code that the list of occupations and specialties does not have.
{{ specialty_not_listed('P1.CROSS.SPECIALTY_LISTED', ref('stg_p1__specialties'), 'specialties') }}
