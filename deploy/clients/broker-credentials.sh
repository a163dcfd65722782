#!/bin/sh
# Prints a role's credentials as an External process of the aliyun CLI and Alibaba Cloud's SDKs does. Needs curl. Its settings are
# BROKER_ADDRESS, BROKER_TENANT, BROKER_ROLE and BROKER_KEY_FILE. Keeps nothing on disk: each run is a request.
set -eu
# By curl's standard input: arguments can be read by every user of a machine.
printf 'header = "Authorization: Bearer %s"\n' "$(tr -d '[:space:]' < "$BROKER_KEY_FILE")" |
  curl --config - --silent --show-error --fail-with-body --retry 3 --retry-max-time 20 --connect-timeout 5 --max-time 20 \
    "$BROKER_ADDRESS/v1/tenants/$BROKER_TENANT/roles/$BROKER_ROLE/credentials?format=cli" || { echo "broker-credentials.sh: the broker gave no credentials." >&2; exit 1; }
