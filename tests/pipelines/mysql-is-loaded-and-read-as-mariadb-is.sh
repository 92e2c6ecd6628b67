#!/usr/bin/env bash
# A real MySQL (5.6.24, of npm), with local_infile off as MySQL 8 has it: what is loaded there comes out of there.
# needs: mysql
set -euo pipefail
# shellcheck source=scripts/home/servers
. "$TESTS/../scripts/home/servers"
PATH=$PATH:/usr/sbin
package=$("$TESTS/support/mysql-server")
folder=$(mktemp -d)
server=
trap '[[ -z $server ]] || { kill -9 "$server"; wait "$server"; } 2>/dev/null || true; rm -rf "$folder"' EXIT

account=()
((EUID != 0)) || { id mysql &>/dev/null && account=(--user=mysql) || account=(--user=root); }
cd "$folder"
cp -r "$package/data/mysql" data
chmod 755 .
((EUID != 0)) || ! id mysql &>/dev/null || chown -R mysql "$folder"
port=$(free_port)
cp "$package/mysqld" "$package/libaio.so.1" . # the cache may lie in a home that the server's account cannot enter
cp -r "$package/share" share
LD_LIBRARY_PATH=$folder ./mysqld --no-defaults --basedir="$folder" --lc-messages-dir="$folder/share" --datadir="$folder/data" \
  --socket="$folder/socket" --port="$port" --bind-address=127.0.0.1 --pid-file="$folder/pid" --local-infile=0 "${account[@]}" \
  >log 2>&1 </dev/null &
server=$!
for ((tries = 0; tries < 300; ++tries)); do
  mariadb-admin --no-defaults -u root -S socket ping &>/dev/null && break
  kill -0 $server 2>/dev/null || { server= && cat log >&2 && exit 1; }
  sleep 0.1
done
mariadb --no-defaults -u root -S socket -e "CREATE USER tester@'127.0.0.1' IDENTIFIED BY 'pw'; GRANT ALL ON *.* TO tester@'127.0.0.1'"
printf '[client]\nuser = tester\npassword = pw\nhost = 127.0.0.1\nport = %s\n' "$port" >client.cnf
load() { "$TESTS/../scripts/home/load-tables" --defaults-file client.cnf "$@"; }
clean() { clean-pin | clean-geo | clean-user; }

load pinterest
cmp <(emulate-posts --defaults-file client.cnf --source mysql:///pinterest -n 5000 | clean) <(emulate-posts -n 5000 | clean)
emulate-posts -n 300 >posts
echo '{"pin":{"index":1},"geo":{"ind":1,"timestamp":"2020-13-01 00:00:00"}}' >>posts
status=0
load --replace pinterest posts 2>told || status=$?
if ((status != 2)) || ! grep -q "posts:301: geolocation_data: Incorrect datetime value" told; then cat told && exit 1; fi
status=0
load pinterest posts 2>told || status=$?
if ((status != 2)) || ! grep -q 'hint: --replace' told; then cat told && exit 1; fi
[[ $(mariadb --defaults-file=client.cnf -BNe 'SHOW TABLES FROM pinterest' | xargs) == 'geolocation_data pinterest_data user_data' ]]
