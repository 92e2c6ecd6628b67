// What undoes the compression of an input, whatever it is.
#pragma once

#include <zstd.h>
#include <zstd_errors.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

struct z_stream_s;  // of zlib.h

namespace pinpipe::stream {

class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Decodes from `in` to `into`, no more than fits; removes from `in` what was taken. Returns
  /// bytes written; nothing only where `in` is used up. Errors: corrupt data, and what is not for
  /// us; all that comes before it has been returned.
  virtual Result<size_t> decode(std::string_view& in, char* into, size_t most) = 0;

  /// Whether the input so far ends with a whole frame or member.
  virtual bool at_frame_end() const = 0;

  /// "zstd", "gzip"
  virtual std::string_view format() const = 0;
};

/// What is wrong with an input of `format` that has something else behind a whole frame or member.
inline Error something_else_behind(std::string_view format) {
  return {std::string(format) + " data with something else behind it",
          "give what is of several formats as several files"};
}

/// Whether the first bytes of an input can be those of a format. `certain` is false while more
/// bytes are needed to tell.
struct Guess {
  bool is_format;
  bool certain;
};

// ---- gzip codec
// -----------------------------------------------------------------------------------
//
// gzip streams for Input: a thin owner of zlib's context. Where zlib gets no memory it throws
// std::bad_alloc.

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

// ---- zstd codec
// -----------------------------------------------------------------------------------
//
// zstd streams for Input and Output: thin owners of libzstd's contexts. Where libzstd gets no
// memory they throw std::bad_alloc.

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
