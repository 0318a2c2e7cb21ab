select
    cards.region_code,
    cards.ogrn,
    cards.period_code,
    {{ school_year('cards.period_code') }} as school_year,
    cards.responsible_rate,
    cards.responsible_experience_years,
    cards.training_hours,
    cards.consultations_individual,
    cards.consultations_group,
    cards.consulted_teachers,
    cards.consulted_managers,
    topics.need_training as unique_need_training,
    topics.trained_half_year as unique_trained_half_year,
    topics.trained_3_years as unique_trained_3_years,
    cards.submission_id
from {{ touched(ref('stg_s4__card')) }} as cards
left join {{ touched(ref('stg_s4__by_topic')) }} as topics
    on
        cards.submission_id = topics.submission_id
        and topics.row_code = 'unique'
