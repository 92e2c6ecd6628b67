#!/usr/bin/env bash
# TLS that is asked for is had, a password is never told in clear text without it, and no server gets a file of this machine.
# shellcheck source=tests/support/rogue.sh
# shellcheck disable=SC2016  # for the inner shell
. "$(dirname "$0")/../support/rogue.sh"
echo secret >secret

# The rogue has no TLS. What asks for it in an option file: as the mariadb client and MySQL's have it.
for options in ssl ssl=1 ssl=ON ssl-verify-server-cert ssl_verify_server_cert ssl-verify-server-cert=1 \
  ssl-verify-server-cert=ON 'ssl-verify-server-cert = "TRUE"' ssl-verify loose-ssl enable-ssl ssl-ca=/nowhere/ca.pem \
  ssl-mode=REQUIRED ssl-mode=VERIFY_CA tls-version=TLSv1.3 tls-verify-peer $'[emulate-posts]\nssl'; do
  beside none '' bash -c emulate
  refused 'SSL is required'
  ! grep -Eq '^(login|statement)' log || fail "'$options': told without TLS: $(<log)"
done
mkdir more
printf '[client]\nssl\n' >more/any.cnf
for options in "!include $PWD/more/any.cnf" "!includedir $PWD/more"; do
  beside none '' bash -c emulate
  refused 'SSL is required'
done
cp more/any.cnf .my.cnf
# shellcheck disable=SC2016  # it is read when the port is known
beside none '' bash -c 'emulate-posts --source "mariadb://127.0.0.1:$(sed -n "s/^port = //p" client.cnf)/pinterest" --rows 10 -n 5'
refused 'SSL is required'
rm .my.cnf
for options in '' ssl=0 skip-ssl $'ssl\nskip-ssl' ssl-verify-server-cert=0 disable-ssl-verify-server-cert ssl-mode=PREFERRED \
  $'[mysqld]\nssl' '# ssl'; do
  beside none '' bash -c emulate
  ((status == 0)) || fail "'$options': $(<told)"
done

options=
for fault in clear-password dialog-password rsa-password; do
  beside $fault '' bash -c emulate
  refused 'asks for the password in clear text'
done
options=default-auth=mysql_clear_password
beside none '' bash -c emulate
refused 'asks for the password in clear text'

for options in '' local-infile=1; do
  for statement in '' -0 -1 -2 -3 -4 -5 -6 -7; do
    beside "local-infile$statement" "$PWD/secret" bash -c emulate
    refused "cannot (open|read) database"
  done
done
options=$'local-infile=1\ninit-command=SET @a=1'
beside local-infile-0 "$PWD/secret" bash -c emulate
refused 'cannot open database'

# load-tables too, at any of its statements.
if command -v mariadb >/dev/null; then
  emulate-posts -n 3 >posts
  for options in '' local-infile=1 $'[mysql]\nlocal-infile=1\nforce'; do
    for statement in '' -0 -1 -2 -3 -4 -5 -6 -7 -8; do
      beside "local-infile$statement" "$PWD/secret" "$TESTS/../scripts/home/load-tables" --defaults-file client.cnf --replace pinterest posts
      refused "load-tables: error: database 'pinterest'"
    done
  done
fi
