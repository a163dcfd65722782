-- Once, by a superuser, before the first `silo migrate`. Passwords are not here: give them with \password, or use another
-- way of signing in. The migrating user owns the schema; the running one is a member of broker_silo, which may only do
-- what a silo needs.

CREATE ROLE broker_silo NOLOGIN;
CREATE ROLE broker_migration LOGIN;
CREATE ROLE broker LOGIN IN ROLE broker_silo;
CREATE DATABASE broker OWNER broker_migration TEMPLATE template0 ENCODING 'UTF8';
