// gzip streams for Input: a thin owner of zlib's context. Where zlib gets no memory it throws
// std::bad_alloc.
#pragma once

#include <memory>
#include <string_view>

#include "stream/decoder.h"

struct z_stream_s;  // of zlib.h

namespace pinpipe::stream {

/// Whether `head`, the first bytes of an input, can be the start of a gzip member (RFC 1952 section
/// 2.3.1): its two identifying bytes, and the only method there is.
Guess looks_like_gzip(std::string_view head);

/// Several members are one stream; zero bytes behind the last are padding, as gzip has it.
class GzipDecoder : public Decoder {
 public:
  GzipDecoder();
  ~GzipDecoder() override;

  Result<size_t> decode(std::string_view& in, char* into, size_t most) override;
  bool at_frame_end() const override { return at_member_end_; }
  std::string_view format() const override { return "gzip"; }

 private:
  std::unique_ptr<z_stream_s> context_;
  bool at_member_end_ = true;
  bool is_corrupt_ = false;
  bool is_first_ = true;  // no member has ended
};

}  // namespace pinpipe::stream
