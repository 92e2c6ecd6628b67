#include "stream/push_decoder.h"

#include <algorithm>
#include <utility>

namespace pinpipe::stream {
namespace {

constexpr size_t kOut = 256 * 1024;

}  // namespace

Status PushDecoder::push(std::string_view bytes) {
  if (is_known_) return decode(bytes);
  head_ += bytes;
  auto decoder = decoder_for(head_);
  if (!decoder) return {};
  is_known_ = true;
  decoder_ = std::move(*decoder);
  return decode(std::exchange(head_, {}));
}

Status PushDecoder::decode(std::string_view bytes) {
  if (!decoder_) return bytes.empty() ? Status() : take_(bytes);
  out_.resize(kOut);
  // Even with no new input it may hold output that did not fit the last time.
  for (;;) {
    const size_t size = TRY(decoder_->decode(bytes, out_.data(), out_.size()));
    if (size == 0 && bytes.empty()) return {};
    if (size > 0) TRY(take_({out_.data(), size}));
  }
}

Status PushDecoder::end() {
  if (!is_known_) return head_.empty() ? Status() : take_(head_);
  if (decoder_ && !decoder_->at_frame_end())
    return Error{"truncated " + std::string(decoder_->format()) + " data", "it is not whole"};
  return {};
}

bool is_gzip(std::string_view data) {
  const auto guess = looks_like_gzip(data);
  return guess.is_format && guess.certain;
}

Status append_gunzipped(std::string_view data, size_t most, Buffer& to) {
  constexpr size_t kStep = 64 * 1024;
  GzipDecoder decoder;
  const size_t begin = to.size();
  for (;;) {
    const size_t step = std::min(kStep, most - (to.size() - begin) + 1);
    const size_t made = TRY(decoder.decode(data, to.room(step), step));
    to.grew(made);
    if (to.size() - begin > most) {
      return Error{"gzip: more than " + std::to_string(most) + " bytes when unpacked"};
    }
    if (made == 0 && data.empty()) break;
  }
  return decoder.at_frame_end() ? Status() : Error{"gzip: cut short"};
}

}  // namespace pinpipe::stream
