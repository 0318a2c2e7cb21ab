{% macro postgres__load_csv_rows(model, agate_table) %}
    {#- Insert the rows of a seed: dbt's own statement, written row by row instead of cell by cell.
        dbt renders each placeholder by itself, which takes a second for ten thousand cells. -#}
    {% set columns = get_seed_column_quoted_csv(model, agate_table.column_names) %}
    {% set placeholders = "(" ~ (["%s"] * (agate_table.column_names | length)) | join(", ") ~ ")" %}
    {% set statements = [] %}
    {% for rows in agate_table.rows | batch(get_batch_size()) %}
        {% set bindings = [] %}
        {% for row in rows %}
            {% do bindings.extend(row) %}
        {% endfor %}
        {% set statement = "insert into " ~ this.render() ~ " (" ~ columns ~ ") values "
            ~ ([placeholders] * (rows | length)) | join(", ") %}
        {% do adapter.add_query(statement, bindings=bindings, abridge_sql_log=True) %}
        {% do statements.append(statement) %}
    {% endfor %}
    {{ return(statements[0]) }}
{% endmacro %}
