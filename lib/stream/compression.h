// What undoes the compression of an input, whatever it is.
#pragma once

#include <zstd.h>
#include <zstd_errors.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

struct inflate_state;  // of isa-l/igzip_lib.h
struct isal_gzip_header;
struct isal_zstream;

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

// ---- gzip codec ----
//
// gzip streams for Input, and for who writes them, by ISA-L, which inflates at twice the speed of
// zlib.

/// Whether `head`, the first bytes of an input, can be the start of a gzip member (RFC 1952 section
/// 2.3.1): its two identifying bytes, and the only method there is.
Guess looks_like_gzip(std::string_view head);

/// Several members are one stream; zero bytes behind the last are padding, as gzip has it. Of what
/// is cut within a block, up to two of the last characters may be kept back.
class GzipDecoder : public Decoder {
 public:
  GzipDecoder();
  ~GzipDecoder() override;

  Result<size_t> decode(std::string_view& in, char* into, size_t most) override;
  bool at_frame_end() const override { return part_ == Part::none; }
  std::string_view format() const override { return "gzip"; }

 private:
  enum class Part { none, header, data };  // of a member

  void read_header(std::string_view& in);
  size_t inflate(std::string_view& in, char* into, size_t most);
  int inflate_once(std::string_view& in);
  size_t inflate_with_care(std::string_view& in, char* into, size_t most);
  size_t take_left(char* into, size_t most);

  std::unique_ptr<inflate_state> state_;
  std::unique_ptr<inflate_state> before_;  // state_, before the call under way
  std::unique_ptr<isal_gzip_header> header_;
  Part part_ = Part::none;
  size_t magic_size_ = 0;       // so many of the identifying bytes of this member have been seen
  bool is_first_ = true;        // no member has ended
  std::optional<Error> fault_;  // to be told behind what came before it
};

class GzipEncoder {
 public:
  GzipEncoder();
  ~GzipEncoder();

  /// Encodes all of `in`; with `is_end`, ends the one member that it makes. The bytes to write are
  /// valid until the next call.
  std::string_view encode(std::string_view in, bool is_end);

 private:
  std::unique_ptr<isal_zstream> state_;
  std::vector<uint8_t> level_memory_;
  std::string out_;
};

// ---- zstd codec ----
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

/// What undoes the compression of an input that begins with `head`; null where it has none. Nothing
/// while more bytes are needed to tell.
std::optional<std::unique_ptr<Decoder>> decoder_for(std::string_view head);

}  // namespace pinpipe::stream
