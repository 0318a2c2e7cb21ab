with groups_by_kind as (
    select
        submission_id,
        max(groups_count) filter (where row_code = 'working') as working_groups_count,
        max(members) filter (where row_code = 'working') as working_group_members,
        max(meetings) filter (where row_code = 'working') as working_group_meetings,
        max(recommendations) filter (where row_code = 'working') as working_group_recommendations,
        max(groups_count) filter (where row_code = 'project') as project_groups_count,
        max(members) filter (where row_code = 'project') as project_group_members,
        max(meetings) filter (where row_code = 'project') as project_group_meetings,
        max(recommendations) filter (where row_code = 'project') as project_group_recommendations
    from {{ ref('stg_m1__groups') }}
    group by submission_id
),

sites_by_level as (
    select
        submission_id,
        max(applications) filter (where row_code = 'municipal') as municipal_sites_applied,
        max(selected) filter (where row_code = 'municipal') as municipal_sites_selected,
        max(active) filter (where row_code = 'municipal') as municipal_sites_active,
        max(applications) filter (where row_code = 'regional') as regional_sites_applied,
        max(selected) filter (where row_code = 'regional') as regional_sites_selected,
        max(active) filter (where row_code = 'regional') as regional_sites_active
    from {{ ref('stg_m1__sites') }}
    group by submission_id
),

training_by_topic as (
    select
        submission_id,
        max(courses_count) filter (where row_code = 'gifted') as gifted_courses_count,
        max(hours) filter (where row_code = 'gifted') as gifted_course_hours,
        max(trained) filter (where row_code = 'gifted') as gifted_trained,
        max(courses_count) filter (where row_code = 'low_motivation') as low_motivation_courses_count,
        max(hours) filter (where row_code = 'low_motivation') as low_motivation_course_hours,
        max(trained) filter (where row_code = 'low_motivation') as low_motivation_trained,
        max(courses_count) filter (where row_code = 'ovz') as ovz_courses_count,
        max(hours) filter (where row_code = 'ovz') as ovz_course_hours,
        max(trained) filter (where row_code = 'ovz') as ovz_trained
    from {{ ref('stg_m1__training') }}
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
from {{ ref('stg_m1__card') }} as cards
left join groups_by_kind
    on cards.submission_id = groups_by_kind.submission_id
left join sites_by_level
    on cards.submission_id = sites_by_level.submission_id
left join training_by_topic
    on cards.submission_id = training_by_topic.submission_id
