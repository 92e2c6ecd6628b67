#!/usr/bin/env bash
# TLS is used unasked where the server has it; an option file may demand more, and is obeyed.
# needs: mariadb openssl
if [[ -z ${DB_DIR-} ]]; then
  certificates=$(mktemp -d)
  export certificates
  trap 'rm -rf "$certificates"' EXIT
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$certificates/key.pem" \
    -out "$certificates/cert.pem" 2>/dev/null
  chmod -R a+rX "$certificates" && chmod a+r "$certificates/key.pem" # of a server under another account
  "${TESTS:=$(cd "$(dirname "$0")/.." && pwd)}/mariadb/with-mariadb" \
    --ssl-cert="$certificates/cert.pem" --ssl-key="$certificates/key.pem" "$0"
  exit
fi
# shellcheck source=tests/mariadb/expect.sh
. "$(dirname "$0")/../mariadb/expect.sh"

load_tables --rows 100 pinterest
sql -e "ALTER USER tester@'%' REQUIRE SSL"
emulate --source "mariadb://localhost:$DB_PORT/pinterest" -n 20 --rows 100 >unasked
(($(wc -l <unasked) == 20)) || fail "no TLS where the server demands it"

# demands OPTION…: an option file with these options
demands() {
  cat "$DB_DEFAULTS" - <<<"$(printf '%s\n' "$@")" >demanding.cnf
  emulate-posts --defaults-file demanding.cnf --source "mariadb://localhost:$DB_PORT/pinterest" -n 20 --rows 100
}
ends_with 2 'certificate' demands ssl-verify-server-cert=1
ends_with 2 'certificate' demands ssl-verify-server-cert
ends_with 2 'certificate' demands ssl-mode=VERIFY_IDENTITY
demands ssl >required
same unasked required "TLS demanded without a certificate to trust, other posts"
demands ssl-verify-server-cert=1 ssl-ca="$certificates/cert.pem" >again
same unasked again "another certificate, other posts"

# The server dies under TLS: the library writes to a closed connection then.
emulate --source mariadb:///pinterest -n 60000 --rows 100 >undisturbed
: >disturbed
emulate --source mariadb:///pinterest -n 60000 --rows 100 >disturbed &
run=$!
while (($(stat -c %s disturbed) < $(stat -c %s undisturbed) / 4)); do sleep 0.01; done
kill -0 $run || fail "the run ended before it could be disturbed"
"$TESTS/mariadb/server" kill "$DB_DIR"
"$TESTS/mariadb/server" start "$DB_DIR"
wait $run || fail "status $?"
same disturbed undisturbed "posts were lost, doubled or changed"
