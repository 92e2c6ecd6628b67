# A daily batch with pinpipe. Copy this file to where your data is, and change the variables.
#
#   raw/DAY.ndjson, raw/DAY.ndjson.zst   what came that day: posts or records
#   clean/DAY.ndjson.zst                 the same, clean
#   rejects/DAY.ndjson                   lines that were rejected, with the reason; absent if there are none
#   answers/DAY.md                       all answers, for people
#   answers/DAY.html                     the same as a page of pictures
#   answers/DAY/QUESTION.csv             each answer, for programs
#   loaded/DAY.json                      to-delta's account of the day, if DELTA names Delta tables
#
# A DAY is letters, digits and . _ + @ -, as 2022-10-19. Other files in raw/ are named and left alone: no name is read as a
# piece of a command.
#
#   make -f batch.mk -j                  all that is missing, or older than what it is made from
#   make -f batch.mk -j DAYS=2022-10-19  that day only
#   make -f batch.mk clean DAYS=…        one step of it: land, clean, delta or answers
#   make -f batch.mk help                this text
#
# LAND is a bash command that prints the raw lines of $DAY, from wherever they are, for raw/DAY.ndjson.zst; where
# that is missing, or by the step land, which replaces it only if it changed. Of a sink's objects, compressed or not:
#   LAND='zstdcat -f /srv/sink/topics/*/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}/*.json*'
#   LAND='read-objects s3://BUCKET/topics/0a.{pin,geo,user}/year=${DAY:0:4}/month=${DAY:5:2}/day=${DAY:8}'
# (sink-topics --partition-by day puts them there.)
# DELTA is a folder or an s3:// URL: each day is merged into its tables, the first record of an ind counts, and a
# day that was loaded and then changed adds rows, but changes none.
#
# EXPECT is what is expected of a day, as clean-posts --expect has it, by blanks apart: less than 1 % of the lines
# rejected, and of no field more unreadable. A day that is otherwise fails, and nothing is made of it; what is said of
# it, and its rejects, show why. EXPECT='rejected<50% unreadable<5%' takes worse ones, EXPECT= all.
#
# It prints the files that it makes. Rejected lines, so few, do not stop it; they are told, and kept in rejects/. What
# cannot be finished (a full disk, a truncated file) fails, and leaves no file that looks whole. So it may be
# killed at any time: the next run does what is left.
#
# Every night, by cron; with -k a day that fails does not stop the others:
#   15 0 * * *  make --no-print-directory -C /srv/pinpipe -f batch.mk -k -j2 >/dev/null
# or by systemd: pinpipe-batch.service and pinpipe-batch.timer, beside this file.

RAW     ?= raw
CLEAN   ?= clean
REJECTS ?= rejects
ANSWERS ?= answers
LOADED  ?= loaded
LAND    ?=
DELTA   ?=
EXPECT  ?= rejected<1% unreadable<1%
# Or: with-python delta to-delta.
TO_DELTA ?= to-delta
# The folder of the tools, if it is not on PATH: that of cron has no /usr/local/bin.
TOOLS   ?= $(if $(shell command -v query),,/usr/local/bin)

SHELL := bash
quoted = '$(subst ','\'',$1)'
export PATH := $(if $(TOOLS),$(TOOLS):)$(PATH)

# Names are data: make splits them at blanks, and a recipe is text for a shell, so neither sees one before it is checked.
# All files of raw/ to their days, on standard output; what is not a day's, on standard error.
define days_of_files
LC_ALL=C; shopt -s nullglob; declare -A seen=(); \
leave() { printf "batch: %q: left alone: %s\n" "$$file" "$$1" >&2; }; \
for file in $(call quoted,$(RAW))/*; do \
  name=$${file##*/} day=$${file##*/} day=$${day%.zst} day=$${day%.ndjson}; \
  if [[ $$name != *.ndjson && $$name != *.ndjson.zst ]]; then leave "not DAY.ndjson or DAY.ndjson.zst"; \
  elif [[ ! $$day || $${day//[A-Za-z0-9._+@-]/} == *[[:ascii:]]* ]]; then leave "a day is letters, digits and . _ + @ -"; \
  elif [[ ! -f $$file && ! -p $$file ]]; then leave "not a file, nor a pipe"; \
  elif [[ $${seen[$$day]-} ]]; then leave "$$day.ndjson is there"; \
  else seen[$$day]=1; printf "%s\n" "$$day"; fi; \
done
endef
# The same of days that are given.
define days_of_words
LC_ALL=C; for day in $(foreach word,$(DAYS),$(call quoted,$(word))); do \
  if [[ $${day//[A-Za-z0-9._+@-]/} != *[[:ascii:]]* ]]; then printf "%s\n" "$$day"; \
  else printf "batch: error: %q is not a day: letters, digits and . _ + @ -\n" "$$day" >&2; fi; \
done
endef
ifeq ($(origin DAYS),undefined)
DAYS := $(sort $(shell $(days_of_files)))
else
days := $(shell $(days_of_words))
$(if $(filter-out $(words $(days)),$(words $(DAYS))),$(error DAYS has what is not a day))
override DAYS := $(days)
endif

ifeq ($(origin QUESTIONS),undefined)
QUESTIONS := $(shell PATH=$(call quoted,$(PATH)) query --list --format csv | sed '1d; s/,.*//')
$(if $(QUESTIONS),,$(error no 'query' on PATH; TOOLS=FOLDER says where the tools are))
endif

.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.SECONDEXPANSION:
.PHONY: all land clean delta answers help $(DAYS:%=land-%)
.PRECIOUS: $(RAW)/%.ndjson.zst

all: clean answers $(if $(DELTA),delta)
land: $(DAYS:%=land-%)
clean: $(DAYS:%=$(CLEAN)/%.ndjson.zst)
delta: $(DAYS:%=$(LOADED)/%.json)
answers: $(DAYS:%=$(ANSWERS)/%.md) $(DAYS:%=$(ANSWERS)/%.html) $(foreach day,$(DAYS),$(QUESTIONS:%=$(ANSWERS)/$(day)/%.csv))

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' '$(lastword $(MAKEFILE_LIST))'

# As bash has it, not make: $DAY is the shell's. A pattern that matches nothing is an error, not a day without posts.
define land_day
@mkdir -p $(RAW)
part=$(RAW)/.$*.landing
trap 'rm -f "$$part"' EXIT
DAY=$*
shopt -s failglob
{
$(value LAND)
} | zstd -q -f -o "$$part"
! cmp -s "$$part" $(RAW)/$*.ndjson.zst || exit 0 # so that nothing is made again of the same
mv "$$part" $(RAW)/$*.ndjson.zst
echo $(RAW)/$*.ndjson.zst
endef

ifneq ($(value LAND),)
$(DAYS:%=land-%): land-%:
	$(land_day)

$(RAW)/%.ndjson.zst:
	$(land_day)
endif

# Rejected lines stop no day of which nothing is said of them, but for one that has no others.
expected = $(foreach share,$(EXPECT) $(if $(filter rejected<%,$(EXPECT)),,rejected<100%),--expect $(call quoted,$(share)))

define clean_day
@mkdir -p $(CLEAN) $(REJECTS)
part=$(CLEAN)/.$*.ndjson.zst rejects=$(REJECTS)/.$*.ndjson status=0
rm -f $$part* # of a killed run
clean-posts $(if $(EXPECT),$(expected)) --rejects $$rejects -o $$part $< || status=$$?
((status <= 1)) || { rm -f $$rejects; exit $$status; }
rm -f $(REJECTS)/$*.ndjson
if [[ -s $$rejects ]]; then
  echo "batch: $*: $$(wc -l <$$rejects) rejected, kept in $(REJECTS)/$*.ndjson" >&2
  mv $$rejects $(REJECTS)/$*.ndjson
fi
rm -f $$rejects
if ((status)) && [[ $(call quoted,$(EXPECT)) ]]; then
  echo "batch: $*: not as expected, so nothing is made of it; EXPECT says what is" >&2
  rm -f $$part
  exit 1
fi
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

$(ANSWERS)/%.html: $(CLEAN)/%.ndjson.zst
	@mkdir -p $(@D)
	{ query all $< || (($$? == 1)); } | pinpipe-report --title=$* -o $@
	echo $@

# Here % is DAY/QUESTION.
$(ANSWERS)/%.csv: $(CLEAN)/$$(*D).ndjson.zst
	@mkdir -p $(@D)
	query $(*F) --format csv -o $@ $< || (($$? == 1))
	echo $@

$(LOADED)/%.json: $(CLEAN)/%.ndjson.zst
	@mkdir -p $(@D)
	status=0
	$(TO_DELTA) --stats '$(or $(DELTA),$(error which tables? DELTA=DIR))' $< 2>$(@D)/.$*.said || status=$$?
	cat $(@D)/.$*.said >&2
	((status <= 1)) || exit $$status
	tail -n 1 $(@D)/.$*.said >$@
	rm $(@D)/.$*.said
	echo $@

# One day after the other: they meet in the same tables, and of two the earlier must come first.
$(foreach day,$(DAYS),$(eval $(LOADED)/$(day).json: | $(earlier))$(eval earlier := $(LOADED)/$(day).json))
