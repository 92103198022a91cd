#!/bin/sh
# Runs once, when the cluster is created: one role and one database each; none is a superuser.
set -e
for name in ytempire airflow mlflow; do
  eval "password=\$$(echo "$name" | tr '[:lower:]' '[:upper:]')_PASSWORD"
  psql -v ON_ERROR_STOP=1 -U postgres -v name="$name" -v password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
SQL
done
