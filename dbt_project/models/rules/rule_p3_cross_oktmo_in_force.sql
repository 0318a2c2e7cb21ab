-- P3.CROSS.OKTMO_IN_FORCE: the ОКТМО of the schools is unknown or not in force on the first day of the school year.
{{ oktmo_not_in_force('P3.CROSS.OKTMO_IN_FORCE', ref('stg_p3__territories'), 'territories', 'school_oktmo') }}
