// What was typed on query's command line, and what it means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/flags.h"
#include "query/format.h"
#include "query/plan.h"
#include "query/sql.h"

namespace pinpipe {

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
  std::optional<uint64_t> max_memory;  ///< bytes
};

/// REQUIRES: `to` outlives the parsing.
void declare(cli::Flags& flags, QueryOptions& to);

struct Request {
  std::vector<query::Plan> plans;
  std::vector<std::string> files;
  query::FormatOptions format;  ///< but for the width
  std::optional<query::Dialect> sql;
  std::optional<uint64_t> max_memory;  ///< bytes; else a share of what there is
};

/// The arguments that name what to ask: the questions, and "all".
std::vector<std::string> question_words();

/// `words` are the arguments that are no options: those that name a question, or are `all`, are
/// questions, and the others files. Opens nothing. Errors: misuse.
Result<Request> request_of(const QueryOptions& options, const std::vector<std::string>& words);

}  // namespace pinpipe
