// zstd streams for Input and Output: thin owners of libzstd's contexts.
#pragma once

#include <zstd.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stream/error.h"

namespace pinpipe::stream {

/// Whether `head`, the first bytes of an input, can be the start of a zstd or a skippable frame.
/// `certain` is false while more bytes are needed to tell (RFC 8878 section 3.1).
struct ZstdGuess {
  bool zstd;
  bool certain;
};
ZstdGuess looks_like_zstd(std::string_view head);

class ZstdDecoder {
 public:
  /// Decodes from `in` to `into`, as much as fits; removes from `in` what was taken. Returns bytes
  /// written.
  Result<size_t> decode(std::string_view& in, char* into, size_t most);

  /// Whether the input so far ends with a whole frame.
  bool at_frame_end() const { return at_frame_end_; }

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
