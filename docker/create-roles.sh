#!/bin/sh
# Run by the postgres image when it creates its data folder: the two roles with their passwords, and the database.
set -eu
exec psql --no-psqlrc --username "$POSTGRES_USER" --dbname postgres --file /relance/ops/roles.sql
