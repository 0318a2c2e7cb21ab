with groups_by_kind as (
    select
        submission_id,
        {{- columns_by_row(['working', 'project'], {
            'groups_count': '*_groups_count',
            'members': '*_group_members',
            'meetings': '*_group_meetings',
            'recommendations': '*_group_recommendations',
        }) }}
    from {{ touched(ref('stg_m1__groups')) }}
    group by submission_id
),

sites_by_level as (
    select
        submission_id,
        {{- columns_by_row(['municipal', 'regional'], {
            'applications': '*_sites_applied',
            'selected': '*_sites_selected',
            'active': '*_sites_active',
        }) }}
    from {{ touched(ref('stg_m1__sites')) }}
    group by submission_id
),

training_by_topic as (
    select
        submission_id,
        {{- columns_by_row(['gifted', 'low_motivation', 'ovz'], {
            'courses_count': '*_courses_count',
            'hours': '*_course_hours',
            'trained': '*_trained',
        }) }}
    from {{ touched(ref('stg_m1__training')) }}
    group by submission_id
)

select
    cards.region_code,
    cards.ogrn,
    cards.period_code,
    {{ school_year('cards.period_code') }} as school_year,
    cards.trained_unique,
    cards.recommendations_ovz,
    cards.analytic_note_on,
    cards.analytic_note_url,
    cards.recommendations_issued,
    cards.applied_to_regional_contest,
    cards.regional_contest_result,
    cards.resource_submitted,
    cards.resource_accepted,
    cards.resource_rejected,
    cards.resource_published,
    cards.resource_views,
    cards.consultations_individual,
    cards.consultations_group,
    cards.consulted_teachers,
    cards.consulted_heads,
    groups_by_kind.working_groups_count,
    groups_by_kind.working_group_members,
    groups_by_kind.working_group_meetings,
    groups_by_kind.working_group_recommendations,
    groups_by_kind.project_groups_count,
    groups_by_kind.project_group_members,
    groups_by_kind.project_group_meetings,
    groups_by_kind.project_group_recommendations,
    sites_by_level.municipal_sites_applied,
    sites_by_level.municipal_sites_selected,
    sites_by_level.municipal_sites_active,
    sites_by_level.regional_sites_applied,
    sites_by_level.regional_sites_selected,
    sites_by_level.regional_sites_active,
    training_by_topic.gifted_courses_count,
    training_by_topic.gifted_course_hours,
    training_by_topic.gifted_trained,
    training_by_topic.low_motivation_courses_count,
    training_by_topic.low_motivation_course_hours,
    training_by_topic.low_motivation_trained,
    training_by_topic.ovz_courses_count,
    training_by_topic.ovz_course_hours,
    training_by_topic.ovz_trained,
    cards.submission_id
from {{ touched(ref('stg_m1__card')) }} as cards
left join groups_by_kind
    on cards.submission_id = groups_by_kind.submission_id
left join sites_by_level
    on cards.submission_id = sites_by_level.submission_id
left join training_by_topic
    on cards.submission_id = training_by_topic.submission_id
