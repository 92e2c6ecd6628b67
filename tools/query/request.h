// What was typed on query's command line, and what it means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/format.h"
#include "query/questions.h"
#include "query/sql.h"
#include "stream/error.h"

namespace pinpipe {

/// As typed.
struct QueryOptions {
  bool list = false;
  std::string format;  ///< "" where none was
  std::string sql;
  std::string years;
  uint64_t max_memory = 0;  ///< bytes; 0 where it was not
};

struct Request {
  std::vector<const query::Question*> questions;
  std::vector<std::string> files;
  query::Format format = query::Format::ndjson;
  std::optional<query::Dialect> sql;
  std::optional<query::YearRange> years;
  std::optional<uint64_t> max_memory;  ///< bytes; else a share of what there is
};

/// `words` are the arguments that are no options: those that name a question, or are `all`, are
/// questions, and the others files. Opens nothing. Errors: misuse.
Result<Request> request_of(const QueryOptions& options, const std::vector<std::string>& words);

}  // namespace pinpipe
