// zstd streams for Input and Output: thin owners of libzstd's contexts.
#pragma once

#include <zstd.h>

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
  Result<size_t> decode(std::string_view& in, char* into, size_t most) override;
  bool at_frame_end() const override { return at_frame_end_; }
  std::string_view format() const override { return "zstd"; }

 private:
  std::unique_ptr<ZSTD_DStream, size_t (*)(ZSTD_DStream*)> context_{ZSTD_createDStream(),
                                                                    ZSTD_freeDStream};
  bool at_frame_end_ = true;
};

class ZstdEncoder {
 public:
  /// With more than one thread compression runs on threads of its own, beside the caller.
  ZstdEncoder(int level, unsigned threads);

  /// Encodes all of `in`, then flushes or ends the frame as `directive` says. The bytes to write
  /// are valid until the next call.
  Result<std::string_view> encode(std::string_view in, ZSTD_EndDirective directive);

 private:
  std::unique_ptr<ZSTD_CStream, size_t (*)(ZSTD_CStream*)> context_{ZSTD_createCStream(),
                                                                    ZSTD_freeCStream};
  std::string out_;
};

}  // namespace pinpipe::stream
