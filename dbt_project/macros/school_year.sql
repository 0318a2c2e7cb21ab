{#-
  School year of a period code: 2025-2026 stays, 2025-H2, 2025-Q4 and 2025-10 become 2025-2026,
  2026-H1, 2026-Q1 and 2026-03 too.
  July..December belong to the school year that begins in that calendar year.
-#}
{% macro school_year(period_code) -%}
    case
        when {{ period_code }} ~ '^\d{4}-\d{4}$' then {{ period_code }}
        when {{ period_code }} ~ '^\d{4}-([HQ]\d|\d{2})$'
            then {{ school_year_of_month(
                "split_part(" ~ period_code ~ ", '-', 1)::integer",
                last_month(period_code)) }}
    end
{%- endmacro %}

{#- Number of the last month of a half-year, quarter or month. -#}
{% macro last_month(period_code) -%}
    case
        when {{ period_code }} like '%H%' then right({{ period_code }}, 1)::integer * 6
        when {{ period_code }} like '%Q%' then right({{ period_code }}, 1)::integer * 3
        else right({{ period_code }}, 2)::integer
    end
{%- endmacro %}

{% macro school_year_of_month(year, month) -%}
    case
        when {{ month }} >= {{ var('reporting_year_first_month') }} then {{ year }} || '-' || ({{ year }} + 1)
        else ({{ year }} - 1) || '-' || {{ year }}
    end
{%- endmacro %}

{#- First calendar year of a school year code, as a number. -#}
{% macro first_year(school_year) -%}
    left({{ school_year }}, 4)::integer
{%- endmacro %}

{#- The school year before this one: 2024-2025 for 2025-2026. -#}
{% macro previous_school_year(school_year) -%}
    ({{ first_year(school_year) }} - 1) || '-' || {{ first_year(school_year) }}
{%- endmacro %}

{#- The same period a year before: 2024-2025 for 2025-2026, 2024-Q4 for 2025-Q4. -#}
{% macro previous_year(period_code) -%}
    case
        when {{ period_code }} ~ '^\d{4}-\d{4}$' then {{ previous_school_year(period_code) }}
        else ({{ first_year(period_code) }} - 1) || substr({{ period_code }}, 5)
    end
{%- endmacro %}

{#- Calendar year of a month, quarter or half-year. -#}
{% macro calendar_year(period_code) -%}
    left({{ period_code }}, 4)
{%- endmacro %}

{#- The quarter of a month: 2025-Q4 for 2025-10. -#}
{% macro quarter_of_month(period_code) -%}
    left({{ period_code }}, 4) || '-Q' || ceil(right({{ period_code }}, 2)::integer / 3.0)
{%- endmacro %}
