#!/usr/bin/env bash
# An init script of Databricks: installs the pinpipe package on each machine of a cluster, before Spark starts there.
# The package lies beside this script, and must have been built on the Ubuntu of the cluster's runtime (that of 17.3
# is 24.04): in a container of it, `cmake … && cpack -G DEB`. A machine where it does not install fails to start, and
# says why in the cluster's event log.
#
# Once, in the folder of this script, with the databricks command line:
#
#   to=dbfs:/Volumes/main/pinpipe/package
#   databricks fs cp PACKAGE.deb $to/pinpipe.deb
#   databricks fs cp install-pinpipe.sh $to/install-pinpipe.sh
#   databricks fs cp batch_of_day.py $to/batch_of_day.py
#   databricks jobs create --json @pinpipe-daily.json      # with your BUCKET, and node type
#   databricks jobs run-now --json '{"job_id": ID, "job_parameters": {"day": "2026-01-05"}}'
#
# The job holds no secret: who runs it must be allowed to read the volume and the bucket (an external location of
# Unity Catalog). In shared clusters an init script must be on the metastore's allowlist.
set -euo pipefail

package=${PINPIPE_PACKAGE:-$(dirname "$(readlink -f "$0")")/pinpipe.deb}
python=${PINPIPE_PYTHON:-/databricks/python/bin/python3}

die() {
  printf 'install-pinpipe: error: %s\nhint: %s\n' "$1" "$2" >&2
  exit 2
}

case ${1-} in
  --help | -h) sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0" && exit ;;
  ?*) die "it takes no arguments, and was given '$1'" "try 'install-pinpipe.sh --help'" ;;
esac
[[ -r $package ]] || die "there is no $package" "put the package there: databricks fs cp pinpipe_*.deb dbfs:$package"
export DEBIAN_FRONTEND=noninteractive
# Without lists first: a runtime comes without them, and the libraries may be there already.
apt-get -q install -y --no-install-recommends "$package" >/dev/null 2>&1 || {
  apt-get -q update >/dev/null
  apt-get -q install -y --no-install-recommends "$package" ||
    die "$package does not install" "build it on this Ubuntu: $(sed -n 's/^PRETTY_NAME=//p' /etc/os-release)"
}
clean-posts --version >/dev/null || die "clean-posts does not run" "see the lines above"

# The executors import the modules of batch.py, too.
"$python" -c 'import pathlib, site
pathlib.Path(site.getsitepackages()[0], "pinpipe.pth").write_text("/usr/share/pinpipe/spark\n")'
