#!/usr/bin/env bash
# A server that breaks the protocol ends emulate-posts with one error: no post is made of it, and nothing is waited for.
# shellcheck source=tests/support/rogue.sh
. "$(dirname "$0")/../support/rogue.sh"

beside none '' bash -c emulate
((status == 0 && $(wc -l <out) == 5)) || fail "a server that behaves is not read: $(<told)"
beside strange-rows '' bash -c emulate
((status == 0 && $(wc -l <out) == 5)) || fail "rows that were not asked for: $(<told)"

while read -r fault pattern; do
  beside "$fault" seven bash -c emulate
  refused "$pattern"
done <<'FAULTS'
malformed-row Malformed packet
short-row Malformed packet
huge-value Malformed packet
odd-names the name of column 5 of pinterest_data is not UTF-8
no-columns lacks its key column
many-parameters other parameters
endless-rows do not end
endless-strange-rows do not end
empty-packets Lost connection
text-maximum 'seven', is not a row number
error-at-once seven
error-after-login seven
FAULTS

beside text-maximum 18446744073709551615 bash -c emulate
refused 'not a row number'
