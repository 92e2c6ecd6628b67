// Answers as files of a folder, QUESTION.csv each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "cli/tool.h"
#include "query/answer.h"
#include "query/format.h"
#include "query/plan.h"
#include "stream/output.h"

namespace pinpipe {

class AnswerFolder {
 public:
  /// Makes the folder of -o where it is not there, and opens a file for each of `plans`; with -z
  /// they end in .zst. A file is whole or absent, and replaces one that is there. Errors: I/O.
  static Result<AnswerFolder> open(const cli::Tool& tool, std::span<const query::Plan> plans);

  /// An answer a plan. REQUIRES: called once
  Status write(std::span<const query::Answer> answers, const query::FormatOptions& format);
  /// Gives the files their names.
  Status commit();
  bool is_file() const { return true; }

 private:
  std::vector<stream::Output> files_;  // a plan each
};

/// Whether -o names a folder: it ends in /, or one is there.
bool names_folder(const std::string& path);

}  // namespace pinpipe
