#!/usr/bin/env bash
# Once, when the database is made: gives the two users of ../postgres/setup.sql their passwords.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U postgres -v broker="$(cat /run/secrets/broker-password)" -v migration="$(cat /run/secrets/migration-password)" <<'SQL'
ALTER ROLE broker PASSWORD :'broker';
ALTER ROLE broker_migration PASSWORD :'migration';
SQL
