// A pool of posts from NDJSON: row n is the n-th post of it.
//
// It is read whole, and kept; posts are given out byte for byte as they came.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/buffer.h"
#include "ndjson/line_run.h"
#include "ndjson/rejects.h"
#include "posts/source.h"

namespace pinpipe::posts {

class Pool : public Source {
 public:
  /// Reads the files of `options`. Lines that are no posts are no rows; they go to `rejects`. With
  /// options.fail_fast the pool ends before the first of them. Errors: input, `rejects`.
  static Result<std::unique_ptr<Pool>> read(const ndjson::LineRunOptions& options,
                                            ndjson::RejectLog& rejects);

  Result<size_t> append_posts(std::span<const Row> rows, Buffer& to,
                              std::vector<MissingRow>& missing) override;
  bool concurrent() const override { return true; }
  Row rows() const override { return ends_.size(); }

  /// Lines that were no posts.
  uint64_t rejected() const { return rejected_; }

 private:
  Pool() = default;
  void add_lines(std::string_view lines);

  Buffer posts_;              // lines, one behind the other, each with its '\n'
  std::vector<size_t> ends_;  // of each line in `posts_`
  uint64_t rejected_ = 0;
};

}  // namespace pinpipe::posts
