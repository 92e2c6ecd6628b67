#include "stream/push_decoder.h"

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

}  // namespace pinpipe::stream
