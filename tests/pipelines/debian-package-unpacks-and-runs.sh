#!/usr/bin/env bash
# The package that cpack makes has every tool and script with its man page, runs where it is unpacked, and
# names the packages of the libraries that the tools load.
# needs: package
set -euo pipefail

[[ -z ${PINPIPE_SANITIZE-} ]] || { echo "skipped: sanitized tools are not for packages"; exit 77; }

fail() { echo "failed: $*" >&2; exit 1; }

folder=$(mktemp -d -t pinpipe-package.XXXXXX)
trap 'rm -rf "$folder"' EXIT
cpack -G DEB --config "$PINPIPE_BUILD/CPackConfig.cmake" -B "$folder" >"$folder/log" 2>&1 || {
  cat "$folder/log"
  fail "cpack"
}
package=("$folder"/pinpipe_*_"$(dpkg --print-architecture)".deb)
[[ -f ${package[0]} ]] || fail "no package by Debian's name: $(ls "$folder")"

depends=$(dpkg-deb -f "${package[0]}" Depends)
for library in libc6 libstdc++6 libzstd1 libmariadb3 librdkafka1; do
  [[ " $depends" == *" $library"[,\ ]* || $depends == *" $library" ]] || fail "$library is not in Depends: $depends"
done
version=$(dpkg-deb -f "${package[0]}" Version)
[[ $(dpkg-deb -f "${package[0]}" Recommends) == *python3* ]] || fail "Recommends"
[[ $(dpkg-deb -f "${package[0]}" Package) == pinpipe ]] || fail "name"

dpkg-deb -x "${package[0]}" "$folder/root"
share=$folder/root/usr/share
check_tool() { # TOOL
  local said
  said=$("$bin/$1" --version) || fail "$1 does not run"
  [[ $said == *"$version"* ]] || fail "$1 --version says '$said', the package is $version"
  bash -n "$share/bash-completion/completions/$1" || fail "bash completion of $1"
  [[ $(head -n 1 "$share/zsh/site-functions/_$1") == "#compdef $1" ]] || fail "zsh completion of $1"
  grep -q "^complete -c $1 " "$share/fish/vendor_completions.d/$1.fish" || fail "fish completion of $1"
}

# Its help comes from the package, and its manual page has the options of its help.
check_script() { # SCRIPT
  local option options
  [[ $(readlink -f "$bin/$1") == "$share/pinpipe"/* ]] || fail "$1 leads out of the package"
  env -i PATH=/usr/bin:/bin "$bin/$1" --help >"$folder/said" || fail "$1 --help"
  mapfile -t options < <(sed -nE 's/^ +(-h, )?-(-[a-z-]+).*/\2/p' "$folder/said")
  checked=$((checked + ${#options[@]}))
  for option in "${options[@]}"; do
    zgrep -qE -- "Fl $option( |$)" "$share/man/man1/$1.1.gz" || fail "$1(1) has no -$option"
  done
}

bin=$folder/root/usr/bin checked=0
for built in "$PINPIPE_BUILD"/bin/*; do
  tool=${built##*/}
  [[ -s $share/man/man1/$tool.1.gz ]] || fail "no man page for $tool"
  if [[ -L $built ]]; then check_script "$tool"; else check_tool "$tool"; fi
done
((checked > 20)) || fail "the scripts' help has only $checked options"
for page in man/man7/pinpipe.7.gz doc/pinpipe/copyright doc/pinpipe/changelog.gz; do
  [[ -s $share/$page ]] || fail "no $page"
done
for example in batch/batch.mk batch/pinpipe-batch.service batch/pinpipe-batch.timer airflow/pinpipe_daily.py \
  databricks/install-pinpipe.sh databricks/pinpipe-daily.json python/delta.txt spark/batch.py; do
  [[ -s $share/pinpipe/$example ]] || fail "no $example"
done
[[ -z $(find "$share" -name __pycache__) ]] || fail "it has what Python has compiled"

# What it says names nothing of the sources. The DAG runs from there too; the lists of Python's packages say what they are for.
! grep -rnE 'scripts/|build/bin' "$share/pinpipe" --exclude-dir=airflow --exclude-dir=python |
  grep -v 'shellcheck source=' || fail "the lines above name the sources"

# The batch of the package, as cron would run it.
mkdir -p "$folder/batch/raw"
"$bin/emulate-posts" -n 100 -o "$folder/batch/raw/2026-01-05.ndjson"
env -i PATH="$bin:/usr/bin:/bin" make --no-print-directory -C "$folder/batch" -f "$share/pinpipe/batch/batch.mk" -j2 \
  >"$folder/log" 2>&1 || { cat "$folder/log" && fail "batch.mk"; }
[[ -s $folder/batch/answers/2026-01-05.md ]] || fail "batch.mk has no answers"

# The DAG finds it, without any setting.
python3 -B - "$share/pinpipe/airflow" <<'PYTHON' || fail "the DAG does not find batch.mk"
import sys
from pathlib import Path
from unittest.mock import MagicMock

for name in ("airflow", "airflow.timetables.interval", "airflow.providers.standard.operators.bash", "airflow.sdk"):
    sys.modules[name] = MagicMock()
sys.path.insert(0, sys.argv[1])
import pinpipe_daily

batch = Path(pinpipe_daily.DEFAULTS["pinpipe_batch"])
assert batch == Path(sys.argv[1]).parent / "batch/batch.mk" and batch.exists(), batch
PYTHON

! command -v lintian >/dev/null || lintian --fail-on error,warning "${package[0]}" || fail "lintian"
