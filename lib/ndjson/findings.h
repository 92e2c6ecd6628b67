// What is worth saying at the end of lines that were taken: the first of each kind, and where.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pinpipe::ndjson {

/// What a worker found in a line that it took.
struct Finding {
  size_t topic;             ///< the worker's number for findings of this kind
  std::string text;         ///< what was found, short
  uint64_t line = 0;        ///< as that of a Reject
  uint64_t value_line = 0;  ///< as that of a Reject
};

/// "FILE:12", or where values are counted "FILE:12: value 3", which begins in line 12.
/// `value_line` is 0 where lines are.
std::string place_text(std::string_view file, uint64_t line, uint64_t value_line);

/// The first finding of each topic, in the order of input.
class FirstFindings {
 public:
  /// Takes the `findings` of the lines of `file` behind the first `lines_before`.
  void add(std::string_view file, uint64_t lines_before, const std::vector<Finding>& findings);

  /// "FILE:12: TEXT" of the first of `topic`; "" where there is none.
  std::string_view find(size_t topic) const;

 private:
  std::map<size_t, std::string> firsts_;
};

}  // namespace pinpipe::ndjson
