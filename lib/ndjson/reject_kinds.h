// Why most of many lines were refused: reasons counted by kind, in bounded memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pinpipe::ndjson {

/// Counts reasons. Those that differ only in numbers and in quoted text are of one kind: "invalid
/// UTF-8 at byte 7", "index: "x" is not an integer". Of more than kMax kinds the later ones are
/// not counted; of longer reasons only the first kLongest bytes are looked at.
class RejectKinds {
 public:
  static constexpr size_t kMax = 64;
  static constexpr size_t kLongest = 200;

  void add(std::string_view reason);

  /// "REASON (985)" of the kind that came most often, the first of equals; "" before any. Where the
  /// reasons of the kind differ, … stands for what does.
  std::string most() const;

 private:
  struct Kind {
    std::string name;
    std::string first;    // the first reason of this kind
    bool is_same = true;  // all others are the same
    uint64_t count = 0;
  };
  std::vector<Kind> kinds_;
};

}  // namespace pinpipe::ndjson
