# For tests beside tests/support/rogue-mariadb: source it first. Everything happens in an empty folder.
# shellcheck shell=bash
set -euo pipefail

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=$(mktemp -d)
rogue=
trap '[[ -z $rogue ]] || kill "$rogue"; rm -rf "$scratch"' EXIT
cd "$scratch"
# Option files and variables of whoever runs the tests must not reach them.
unset MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_PWD MYSQL_HOME MARIADB_HOME
export HOME=$scratch

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

# beside FAULT ARGUMENT COMMAND [ARG…]: runs COMMAND, which is to end within 30 s, beside a rogue of that fault; the option file
# client.cnf says how to reach it, with what stands in `options` besides. Its outputs are in the files `out` and `told`, what the
# rogue noted in `log`, its status in `status`.
beside() {
  : >log
  mkfifo port
  "$TESTS/support/rogue-mariadb" "$1" log "$2" >port &
  rogue=$!
  # shellcheck disable=SC2094
  read -r port <port
  rm port
  printf '[client]\nuser = tester\npassword = hunter2\nhost = 127.0.0.1\nport = %s\n%s\n' "$port" "${options-}" >client.cnf
  status=0
  timeout 30 "${@:3}" >out 2>told || status=$?
  kill "$rogue"
  wait "$rogue" 2>/dev/null || true
  rogue=
}

emulate() { emulate-posts --defaults-file client.cnf --source mariadb:///pinterest --rows 10 -n 5; }
export -f emulate

# refused PATTERN: what ran beside the rogue has said one error with this in it, and nothing else has come of it.
refused() {
  ((status == 2)) || fail "status $status: $(<told)"
  grep -Eq -- "$1" told || fail "no '$1' in: $(<told)"
  (($(grep -c ': error: ' told) == 1)) || fail "not one error: $(<told)"
  [[ ! -s out ]] || fail "output: $(<out)"
  ! grep -q hunter2 told log || fail "the password was told"
  ! grep -q '^file' log || fail "a file was given away: $(<log)"
}
