#include "wire/plain_put_records.h"

#include <algorithm>

#include "wire/fields.h"

namespace pinpipe::wire {
namespace {

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '\\'; }

}  // namespace

bool PlainPutRecords::open() {
  if (!take(kJoined<"{", kTextOf<line_field::kStream>>)) return false;
  const auto from_name = rest_;
  if (!take_plain_text()) return false;
  const auto name = from_name.substr(0, from_name.size() - rest_.size());
  return take(kJoined<"\",", kKeyOf<line_field::kPayload>, "{",
                      kTextOf<kinesis_field::kStreamName>>) &&
         take(name) && take(kJoined<"\",", kKeyOf<kinesis_field::kRecords>, "[">);
}

bool PlainPutRecords::record(std::string_view& data) {
  if (!take(kJoined<"{", kTextOf<kinesis_field::kData>>)) return false;
  const size_t quote = rest_.find('"');
  if (quote == rest_.npos) return false;
  data = rest_.substr(0, quote);
  rest_.remove_prefix(quote);
  return take(kJoined<"\",", kTextOf<kinesis_field::kPartitionKey>>) && take_plain_text() &&
         take(R"("})");
}

/// Up to the quote, which is left.
bool PlainPutRecords::take_plain_text() {
  const size_t quote = rest_.find('"');
  if (quote == rest_.npos || !std::ranges::all_of(rest_.substr(0, quote), is_plain)) return false;
  rest_.remove_prefix(quote);
  return true;
}

}  // namespace pinpipe::wire
