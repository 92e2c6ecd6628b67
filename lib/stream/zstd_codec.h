// zstd streams for Input and Output: thin owners of libzstd's contexts. Where libzstd gets no
// memory they throw std::bad_alloc.
#pragma once

#include <zstd.h>
#include <zstd_errors.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream/decoder.h"

namespace pinpipe::stream {

/// Whether `head`, the first bytes of an input, can be the start of a zstd or a skippable frame
/// (RFC 8878 section 3.1).
Guess looks_like_zstd(std::string_view head);

class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder();
  Result<size_t> decode(std::string_view& in, char* into, size_t most) override;
  bool at_frame_end() const override { return at_frame_end_; }
  std::string_view format() const override { return "zstd"; }

 private:
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> context_;
  size_t wanted_;         // bytes up to the end of the next block
  bool is_full_ = false;  // there may be more of the last block
  bool at_frame_end_ = true;
};

class ZstdEncoder {
 public:
  /// With more than one thread compression runs on threads of its own, beside the caller: no more
  /// than fit into 32 MiB with what they need at `level`, which is 1 to 19.
  ZstdEncoder(int level, unsigned threads);

  /// Encodes all of `in`, then flushes or ends the frame as `directive` says. The bytes to write
  /// are valid until the next call.
  Result<std::string_view> encode(std::string_view in, ZSTD_EndDirective directive);

 private:
  void start_workers(int workers);

  std::unique_ptr<ZSTD_CStream, size_t (*)(ZSTD_CStream*)> context_;
  std::string out_;
};

}  // namespace pinpipe::stream
