#!/bin/sh
# Run once by the postgres image: Airflow's metadata have a database and a user of their own.
set -eu
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set=ON_ERROR_STOP=1 \
    --set=password="$ORIENTIR_AIRFLOW_PASSWORD" <<'SQL'
create role orientir_airflow login password :'password';
create database airflow owner orientir_airflow template template0;
revoke connect, temporary on database airflow from public;
SQL
