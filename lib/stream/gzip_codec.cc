#include "stream/gzip_codec.h"

#define ZLIB_CONST  // it reads what it is given, and does not write it
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace pinpipe::stream {
namespace {

constexpr int kGzipWindow = 16 + MAX_WBITS;  // only gzip, not zlib's own format; any window
constexpr char kFirstByte = '\x1F';          // of a member
constexpr uLong kMagicSize = 2;              // of which zlib sees at once whether it is gzip's
constexpr size_t kMostAtOnce = std::numeric_limits<uInt>::max();

}  // namespace

Guess looks_like_gzip(std::string_view head) {
  static constexpr std::string_view kMember("\x1F\x8B\x08", 3);
  const bool is_format = kMember.starts_with(head.substr(0, kMember.size()));
  return {is_format, !is_format || head.size() >= kMember.size()};
}

GzipDecoder::GzipDecoder() : context_(std::make_unique<z_stream>()) {
  if (inflateInit2(context_.get(), kGzipWindow) != Z_OK) throw std::bad_alloc();
}

GzipDecoder::~GzipDecoder() { inflateEnd(context_.get()); }

Result<size_t> GzipDecoder::decode(std::string_view& in, char* into, size_t most) {
  if (at_member_end_ && !is_first_)
    in.remove_prefix(std::min(in.find_first_not_of('\0'), in.size()));
  if (at_member_end_ && in.empty()) return size_t{0};
  if (at_member_end_ && in[0] != kFirstByte) return something_else_behind(format());
  const size_t in_size = std::min(in.size(), kMostAtOnce);
  const size_t out_size = std::min(most, kMostAtOnce);
  context_->next_in = reinterpret_cast<const Bytef*>(in.data());
  context_->avail_in = static_cast<uInt>(in_size);
  context_->next_out = reinterpret_cast<Bytef*>(into);
  context_->avail_out = static_cast<uInt>(out_size);
  const int code = is_corrupt_ ? Z_DATA_ERROR : inflate(context_.get(), Z_NO_FLUSH);
  if (code == Z_MEM_ERROR) throw std::bad_alloc();
  is_corrupt_ = code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR;
  // What came before goes first, or it would depend on the size of the reads how much that is.
  if (is_corrupt_ && context_->avail_out == out_size) {
    if (!is_first_ && context_->total_in <= kMagicSize) return something_else_behind(format());
    const char* why = context_->msg;
    return Error{std::string("corrupt gzip data") + (why == nullptr ? "" : ": ") +
                     (why == nullptr ? "" : why),
                 ""};
  }
  in.remove_prefix(in_size - context_->avail_in);
  at_member_end_ = code == Z_STREAM_END;
  if (at_member_end_) {
    is_first_ = false;
    inflateReset(context_.get());
  }
  return out_size - context_->avail_out;
}

}  // namespace pinpipe::stream
