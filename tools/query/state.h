// What a run has come to, in a file, so that another one can go on: --state.
//
// The file is replaced whole. It says what was asked, so that no other question goes on from it,
// and has a checksum. It is of the machine and the version that wrote it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/status.h"
#include "query/live_answers.h"

namespace pinpipe {

/// How far a run has come.
struct Progress {
  uint64_t file = 0;          ///< of the files in their order
  uint64_t lines = 0;         ///< of it, that were read
  uint64_t output_bytes = 0;  ///< that were written
  uint64_t in = 0;            ///< records, as in cli::Outcome
  uint64_t rejected = 0;
  uint64_t late = 0;
};

class State {
 public:
  /// `asked` is what the run is about, in words.
  State(std::string path, std::string asked) : path_(std::move(path)), asked_(std::move(asked)) {}

  /// Reads it, where there is one. Errors: I/O; it is damaged, or of something else.
  Result<std::optional<Progress>> load(query::LiveAnswers& answers) const;
  /// Errors: I/O, a full disk. What was there before stays then.
  Status save(const Progress& progress, query::LiveAnswers& answers) const;

 private:
  std::string path_;
  std::string asked_;
};

}  // namespace pinpipe
