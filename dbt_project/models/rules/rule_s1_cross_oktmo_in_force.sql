-- S1.CROSS.OKTMO_IN_FORCE: the ОКТМО of the school is unknown or not in force on the first day of the school year.
{{ oktmo_not_in_force('S1.CROSS.OKTMO_IN_FORCE', ref('stg_s1__card'), 'card', 'oktmo') }}
