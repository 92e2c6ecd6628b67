#!/usr/bin/env bash
# to-delta killed in the middle and run again leaves the tables of one run, merging or appending a named batch; and so
# do two that merge the same input at the same time.
# needs: python:delta
set -euo pipefail
scripts=$(readlink -f "$(dirname "$0")/../../scripts")
[[ ${VIRTUAL_ENV-} ]] || exec "$scripts/home/with-python" delta "$0"
folder=$(mktemp -d)
loader=
trap '[[ -z $loader ]] || kill -9 "$loader" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

emulate-posts -n 40000 --rows 40000 --order sequential | clean-pin | clean-geo | clean-user -o clean
jq -c '.pin,.geo,.user' clean | sort >records

commits() { mkdir -p "$1" && find "$1" -path '*_delta_log/*.json' | wc -l; }

# The input stops in the middle: some commits are surely made, and others are not.
kill_in_the_middle() { # TABLES OPTION…
  local tables=$1 before
  before=$(commits "$tables")
  mkfifo pipe
  to-delta "$tables" --commit-records 4000 "${@:2}" <pipe &
  loader=$!
  exec 3>pipe
  head -n 25000 clean >&3 &
  for ((tries = 0; $(commits "$tables") < before + 6; ++tries)); do
    ((tries < 600)) || { echo "no commits in $tables" && exit 1; }
    sleep 0.1
  done
  kill -9 $loader && loader=
  exec 3>&-
  wait
  rm pipe
}

for options in '' '--append --batch day'; do
  read -ra options <<<"$options"
  tables=tables${options:+-appended}
  kill_in_the_middle "$tables" "${options[@]}"
  kept=$(from-delta "$tables" | wc -l)
  ((kept > 0 && kept < 120000)) || { echo "$kept records were kept" && exit 1; }
  to-delta "$tables" --commit-records 3000 "${options[@]}" <clean
  to-delta "$tables" "${options[@]}" <clean
  from-delta "$tables" | sort | cmp - records
  echo "killed behind $kept records, then run again (${options[*]:-merge}): 120000"
done

to-delta both --commit-records 3000 <clean &
first=$!
to-delta both --commit-records 3000 <clean
wait $first
from-delta both | sort | cmp - records
echo "two at a time: 120000"
