{{ config(post_hook='analyze {{ this }}') }}

-- Without statistics the planner takes a new table for a tiny one and nests loops over it.
{{ rating_rank(
    scores=ref('int_rating__grouped'),
    scope_keys=['region_code', 'school_year', 'unit_type'],
) }}
