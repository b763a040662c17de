-- The two roles and the database. Run by a superuser, with psql, as often as one likes:
--   psql -f ops/roles.sql postgres
-- POSTGRES_OWNER_PASSWORD and POSTGRES_APP_PASSWORD in the environment set the passwords; without them the roles have none and
-- can only sign in where pg_hba.conf trusts them.
\set ON_ERROR_STOP on
\set QUIET on

SELECT format('CREATE ROLE %I', wanted) FROM unnest(ARRAY['relance_owner', 'relance_app']) AS wanted
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) \gexec

-- The owner makes databases (tests clone a template); neither passes a row-level security policy.
ALTER ROLE relance_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE relance_app LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;

\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD
\if :{?owner_password}
ALTER ROLE relance_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
ALTER ROLE relance_app PASSWORD :'app_password';
\endif

SELECT 'CREATE DATABASE relance OWNER relance_owner ENCODING ''UTF8'' TEMPLATE template0'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'relance') \gexec

\connect relance
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SET ROLE relance_owner;
\ir privileges.sql
