#!/usr/bin/env bash
# create-topics names the topics of an ID, or all, says what they are, and deletes those of the ID alone.
# needs: kafka
# shellcheck source=tests/kafka/beside.sh
. "$TESTS/kafka/beside.sh" --no-rest

# is COMMAND…: its output is that on standard input.
is() { diff - <("$@") || fail "$* says something else"; }

for id in 0a 0axpin; do create-topics $id --partitions 2; done
is create-topics --list < <(printf '%s\n' 0a.{geo,pin,user} 0axpin.{geo,pin,user})
is create-topics --list 0a < <(printf '%s\n' 0a.{geo,pin,user})
is create-topics --list none </dev/null
is create-topics --describe 0a < <(printf '{"topic":"0a.%s","partitions":2,"replication":1}\n' pin geo user)
create-topics --delete 0a
is create-topics --list < <(printf '%s\n' 0axpin.{geo,pin,user})
create-topics --delete 0a # nothing to do
status=0
create-topics --describe 0a 2>said || status=$?
[[ $status == 2 && $(<said) == $'create-topics: error: there is no topic 0a.pin\nhint: create-topics 0a makes it' ]] || fail "$(<said)"
create-topics 0a # what was deleted can be made again
for wrong in "--list --delete 0a" "--delete" "--describe" "0a 0b"; do
  status=0
  # shellcheck disable=SC2086  # several words
  create-topics $wrong >said 2>&1 || status=$?
  ((status == 2)) || fail "$wrong: status $status"
done
