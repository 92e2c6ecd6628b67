#!/usr/bin/env bash
# Each script, asked for help, prints it and does nothing else: in an empty environment, without the packages that its
# work needs. An option that it does not know is misuse, and nothing is done either.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
top=$(readlink -f "$TESTS/..")
mkdir "$folder"/{bin,python,here}

# Whatever acts starts with one of these, which tell of it.
for command in apt-get sudo cmake ctest ninja java mvn npm node make; do
  # shellcheck disable=SC2016  # of the command that it makes
  printf '#!/bin/sh\necho "${0##*/} $*" >>%q\nexit 1\n' "$folder/acted" >"$folder/bin/$command"
done
chmod +x "$folder"/bin/*
for module in confluent_kafka deltalake msgspec pyarrow pyspark; do
  echo "raise ImportError('no $module', name='$module')" >"$folder/python/$module.py"
done

fail() {
  printf 'failed: %s\n' "$*"
  failed=1
}

# Runs it in an empty folder, and looks for traces.
run() { # STATUS SCRIPT ARG…
  local status=0
  (cd "$folder/here" && env -i PATH="$folder/bin:/usr/bin:/bin" PYTHONPATH="$folder/python" timeout 30 "${@:2}") \
    >"$folder/out" 2>"$folder/err" </dev/null || status=$?
  ((status == $1)) || fail "${*:2}: status $status, not $1: $(tail -n 1 "$folder/err")"
  [[ ! -e $folder/acted ]] || fail "${*:2} acts: $(head -n 1 "$folder/acted")"
  [[ -z $(ls -A "$folder/here") ]] || fail "${*:2} makes $(ls -A "$folder/here")"
  rm -rf "$folder/acted" "$folder"/here/*
}

check() { # SCRIPT
  local option
  for option in --help -h; do
    run 0 "$1" "$option"
    (($(wc -l <"$folder/out") > 2)) || fail "$1 $option prints no help"
    [[ ! -s $folder/err ]] || fail "$1 $option complains: $(head -n 1 "$folder/err")"
  done
  # What test does not know is for ctest.
  [[ $1 == */scripts/test ]] || run 2 "$1" --no-such-option
  [[ -s $folder/err || $1 == */scripts/test ]] || fail "$1 --no-such-option says nothing"
}

stand() { find "$top/scripts" -printf '%p %T@\n' | sort; }

failed="" count=0
stand >"$folder/before"
while IFS= read -r script; do
  [[ $(head -c 2 "$script") == '#!' ]] || continue
  check "$script"
  ((++count))
done < <(find "$top/scripts" -type f ! -path '*/__pycache__/*' | sort)
for job in batch.py stream.py; do
  run 0 "$top/scripts/spark/pinpipe-spark-submit" $job --help
  grep -q "^usage: .*$job" "$folder/out" || fail "$job --help prints no help"
done
stand | diff "$folder/before" - || fail "files of scripts/ have changed"
((count > 15)) || fail "there are only $count scripts"
echo "$count scripts show their help"
[[ -z $failed ]]
