# A daily batch with pinpipe. Copy this file to where your data is, and change the variables.
#
#   raw/DAY.ndjson, raw/DAY.ndjson.zst   what came that day: posts or records
#   clean/DAY.ndjson.zst                 the same, clean
#   rejects/DAY.ndjson                   lines that were rejected, with the reason; absent if there are none
#   answers/DAY.md                       all answers, for people
#   answers/DAY/QUESTION.csv             each answer, for programs
#
#   make -f batch.mk -j                  all that is missing, or older than what it is made from
#   make -f batch.mk -j DAYS=2022-10-19  that day only
#   make -f batch.mk help                this text
#
# It prints the files that it makes. Rejected lines do not stop it; they are told, and kept in rejects/. What
# cannot be finished (a full disk, a truncated file) fails, and leaves no file that looks whole. So it may be
# killed at any time: the next run does what is left.
#
# Every night, by cron:
#   15 0 * * *  make --no-print-directory -C /srv/pinpipe -f batch.mk -j2 >/dev/null
# or by systemd: pinpipe-batch.service and pinpipe-batch.timer, beside this file.

RAW     ?= raw
CLEAN   ?= clean
REJECTS ?= rejects
ANSWERS ?= answers
# The folder of the tools, if it is not on PATH.
TOOLS   ?=
DAYS    ?= $(sort $(patsubst %.ndjson,%,$(patsubst %.zst,%,$(notdir $(wildcard $(RAW)/*.ndjson $(RAW)/*.ndjson.zst)))))

export PATH := $(if $(TOOLS),$(TOOLS):)$(PATH)
ifndef QUESTIONS
QUESTIONS := $(shell PATH='$(PATH)' query --list --format csv | sed '1d; s/,.*//')
endif

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.PHONY: all help

all: $(DAYS:%=$(CLEAN)/%.ndjson.zst) $(DAYS:%=$(ANSWERS)/%.md) \
     $(foreach day,$(DAYS),$(QUESTIONS:%=$(ANSWERS)/$(day)/%.csv))

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' '$(lastword $(MAKEFILE_LIST))'

# The last cleaner cannot know that one before it has failed: what it wrote gets its name only when all are done.
define clean_day
@mkdir -p $(CLEAN) $(REJECTS)
part=$(CLEAN)/.$*.ndjson.zst rejects=$(REJECTS)/.$*
rm -f $$part* # of a killed run
set +e
clean-pin --rejects $$rejects.pin $< |
  clean-geo --rejects $$rejects.geo |
  clean-user --rejects $$rejects.user -o $$part
for status in $${PIPESTATUS[@]}; do
  ((status <= 1)) || { rm -f $$part; exit $$status; }
done
set -e
cat $$rejects.{pin,geo,user} >$$rejects.ndjson
rm -f $$rejects.{pin,geo,user} $(REJECTS)/$*.ndjson
if [[ -s $$rejects.ndjson ]]; then
  echo "batch: $*: $$(wc -l <$$rejects.ndjson) rejected, kept in $(REJECTS)/$*.ndjson" >&2
  mv $$rejects.ndjson $(REJECTS)/$*.ndjson
fi
rm -f $$rejects.ndjson
mv $$part $@
echo $@
endef

$(CLEAN)/%.ndjson.zst: $(RAW)/%.ndjson
	$(clean_day)

$(CLEAN)/%.ndjson.zst: $(RAW)/%.ndjson.zst
	$(clean_day)

$(ANSWERS)/%.md: $(CLEAN)/%.ndjson.zst
	@mkdir -p $(@D)
	query all --format markdown -o $@ $< || (($$? == 1))
	echo $@

# Here % is DAY/QUESTION.
$(ANSWERS)/%.csv: $(CLEAN)/$$(*D).ndjson.zst
	@mkdir -p $(@D)
	query $(*F) --format csv -o $@ $< || (($$? == 1))
	echo $@
