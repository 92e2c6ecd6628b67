#!/usr/bin/env bash
# The package that cpack makes has every tool with its man page and completions, and the scripts, runs where it is unpacked, and
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
[[ $(dpkg-deb -f "${package[0]}" Package) == pinpipe ]] || fail "name"

dpkg-deb -x "${package[0]}" "$folder/root"
share=$folder/root/usr/share
for built in "$PINPIPE_BUILD"/bin/*; do
  tool=${built##*/}
  if [[ -L $built ]]; then # a script
    [[ -x $folder/root/usr/bin/$tool ]] || fail "$tool leads nowhere"
    continue
  fi
  said=$("$folder/root/usr/bin/$tool" --version) || fail "$tool does not run"
  [[ $said == *"$version"* ]] || fail "$tool --version says '$said', the package is $version"
  [[ -s $share/man/man1/$tool.1 ]] || fail "no man page for $tool"
  bash -n "$share/bash-completion/completions/$tool" || fail "bash completion of $tool"
  [[ $(head -n 1 "$share/zsh/site-functions/_$tool") == "#compdef $tool" ]] || fail "zsh completion of $tool"
  grep -q "^complete -c $tool " "$share/fish/vendor_completions.d/$tool.fish" || fail "fish completion of $tool"
done
[[ -s $share/man/man7/pinpipe.7 && -s $share/doc/pinpipe/copyright ]] || fail "pinpipe(7) or the copyright"
for example in batch/batch.mk batch/pinpipe-batch.service batch/pinpipe-batch.timer airflow/pinpipe_daily.py \
  databricks/install-pinpipe.sh databricks/pinpipe-daily.json python/delta.txt spark/batch.py; do
  [[ -s $share/pinpipe/$example ]] || fail "no $example"
done
