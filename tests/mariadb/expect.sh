# For tests beside a server: source it first. It starts the test again within with-mariadb.
# shellcheck shell=bash
set -euo pipefail

: "${TESTS:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
export TESTS
[[ ${DB_DIR-} ]] || exec "$TESTS/mariadb/with-mariadb" "$0"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

load_tables() { "$TESTS/../scripts/home/load-tables" --defaults-file "$DB_DEFAULTS" "$@"; }
emulate() { emulate-posts --defaults-file "$DB_DEFAULTS" "$@"; }
sql() { mariadb --defaults-file="$DB_DEFAULTS" --default-character-set=utf8mb4 --batch --skip-column-names "$@"; }

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

# same FILE FILE WHAT
same() { cmp "$1" "$2" >&2 || fail "$3"; }

# ends_with STATUS PATTERN COMMAND [ARG…]: the status of COMMAND, and an extended regular expression that its standard error has.
# Its standard error stays in the file `told`.
ends_with() {
  local status=0
  "${@:3}" >out 2>told || status=$?
  ((status == $1)) || fail "status $status instead of $1: ${*:3}: $(<told)"
  grep -Eq -- "$2" told || fail "no '$2' in what '${*:3}' said: $(<told)"
}
