// What was typed on query's command line, and what it means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"
#include "query/format.h"
#include "query/live_answers.h"
#include "query/plan.h"
#include "query/program.h"
#include "query/sql.h"

namespace pinpipe {

/// When answers are written while the run goes on.
struct EmitOption {
  query::Emit emit;
  cli::Milliseconds every{0};  ///< of Emit::every
};

/// As typed.
struct QueryOptions {
  bool list = false;
  std::optional<query::Format> format;
  std::optional<query::Dialect> sql;
  bool csv_safe = false;
  std::string years;
  std::vector<const query::Field*> keys;
  std::vector<query::Metric> metrics;
  std::vector<query::Condition> conditions;
  std::optional<uint64_t> top;
  bool one = false;
  bool with_nulls = false;
  std::optional<query::WindowSpan> window;
  std::optional<EmitOption> emit;
  std::string time;
  std::optional<cli::Milliseconds> late;
  std::string state;
  bool with_stats = false;
  std::optional<uint64_t> max_memory;  ///< bytes
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, QueryOptions& to);

/// What is asked of a run that answers while it reads.
struct LiveRequest {
  query::LiveOptions options;
  std::optional<query::TimeField> time;  ///< windows go by it; by arrival where there is none
  std::string state;                     ///< a file; "" for none
  std::string asked;                     ///< all that a state is good for, in words
  bool has_stats;                        ///< each answer is followed by a row of what was read
};

struct Request {
  std::vector<query::Plan> plans;
  std::vector<std::string> files;
  query::FormatOptions format;  ///< but for the width
  std::optional<query::Dialect> sql;
  std::optional<LiveRequest> live;     ///< none: all is read before it is answered
  std::optional<uint64_t> max_memory;  ///< bytes; else a share of what there is
};

/// `format` with the width and the colours of the terminal that standard output may be.
query::FormatOptions on_stdout(query::FormatOptions format);

/// The arguments that name what to ask: the questions, and "all".
std::vector<std::string> question_words();

/// `words` are the arguments that are no options: those that name a question, or are `all`, are
/// questions, and the others files. Opens nothing. Errors: misuse.
Result<Request> request_of(const QueryOptions& options, const std::vector<std::string>& words);

}  // namespace pinpipe
