// Where the tokens of a JSON text start: simdjson's first stage, and the only place that knows
// simdjson.
//
// The first stage is simdjson's vector half, chosen at run time for the machine (AVX-512, AVX2,
// SSE4.2, NEON). It checks UTF-8, control bytes in strings and that strings end; json::Scanner
// walks the result and checks the rest. simdjson's own second half will not do: DOM refuses
// integers beyond 64 bits and copies all text, On-Demand checks only what it visits.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace pinpipe::json {

bool is_utf8(std::string_view text);

class TokenIndex {
 public:
  TokenIndex();
  TokenIndex(TokenIndex&&) noexcept;
  ~TokenIndex();

  /// Finds the tokens of `text`, one JSON value or a line for each of many: offsets of { } [ ] : ,
  /// and of the first byte of each string and scalar. Returns nullptr, or why not all of `text` can
  /// be JSON. Memory is up to 4 bytes a byte of `text`.
  const char* find(std::string_view text);

  /// Gives the memory back; `starts` end with it.
  void give_back();

  /// One offset a token, and the size of the text behind them, twice. Valid until the next `find`.
  std::span<const uint32_t> starts() const { return {starts_, count_}; }

 private:
  struct Stage;
  std::unique_ptr<Stage> stage_;
  uint32_t count_ = 0;
  const uint32_t* starts_ = nullptr;
};

}  // namespace pinpipe::json
