#include "stream/compression.h"

#define ZLIB_CONST  // zlib reads what it is given, and does not write it
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
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

// ---- zstd codec
// -----------------------------------------------------------------------------------

namespace {

/// What compresses holds so many MiB at each level, by ZSTD_estimateCStreamSize of libzstd 1.5.4.
constexpr std::array<unsigned, 20> kContextMiB{0,  1,  1,  3,  4,  5,  5,  8,  8,  16,
                                               28, 28, 52, 52, 52, 68, 68, 68, 68, 89};
constexpr unsigned kWorkersMiB = 32;  // for all of them together
constexpr int kJobSize = 1024 * 1024;
constexpr unsigned kJobMiB = 2;  // of a worker: what it reads, and what it makes

/// How many workers may compress at `level`: none where two do not fit.
int workers_for(int level, unsigned threads) {
  const unsigned fit = kWorkersMiB / (kContextMiB.at(static_cast<size_t>(level)) + kJobMiB);
  const unsigned workers = std::min(threads, fit);
  return workers < 2 ? 0 : static_cast<int>(workers);
}

/// Whether memory was refused; any other error is for the caller.
bool is_out_of_memory(size_t code) {
  return ZSTD_isError(code) && ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation;
}

/// What is wrong with the input, and what to do where it is whole but not for us.
Error fault_of(size_t code) {
  switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_dictionary_wrong:
      return {"zstd data that was made with a dictionary",
              "undo it first: zstd -dc -D DICTIONARY FILE | ..."};
    case ZSTD_error_frameParameter_windowTooLarge:
      return {"zstd data that needs more than 128 MiB of memory",
              "undo it first: zstd -dc --long=31 FILE | ..."};
    case ZSTD_error_prefix_unknown:  // an input that begins with none is not taken for zstd
      return something_else_behind("zstd");
    default:
      return {std::string("corrupt zstd data: ") + ZSTD_getErrorName(code), ""};
  }
}

}  // namespace

Guess looks_like_zstd(std::string_view head) {
  static constexpr std::string_view kFrame("\x28\xB5\x2F\xFD", 4);
  static constexpr std::string_view kSkippableTail("\x2A\x4D\x18", 3);
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(head[i]); };
  const bool frame = kFrame.starts_with(head.substr(0, 4));
  const bool skippable = !head.empty() && byte(0) >= 0x50 && byte(0) <= 0x5F &&
                         kSkippableTail.starts_with(head.substr(1, 3));
  return {frame || skippable, head.size() >= 4 || !(frame || skippable)};
}

ZstdDecoder::ZstdDecoder() : context_(ZSTD_createDStream(), ZSTD_freeDStream) {
  if (!context_) throw std::bad_alloc();
  wanted_ = ZSTD_initDStream(context_.get());
}

/// By blocks of zstd: where one is corrupt, libzstd keeps what it has decoded in the same call, so
/// that what comes out before the error would depend on how the input is read.
Result<size_t> ZstdDecoder::decode(std::string_view& in, char* into, size_t most) {
  ZSTD_outBuffer output{into, most, 0};
  do {
    ZSTD_inBuffer input{in.data(), is_full_ ? 0 : std::min(in.size(), wanted_), 0};
    const size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
    if (is_out_of_memory(left)) throw std::bad_alloc();
    if (ZSTD_isError(left)) return fault_of(left);
    if (input.pos > 0 || output.pos > 0) at_frame_end_ = left == 0;
    wanted_ = left > 0 ? left : ZSTD_initDStream(context_.get());
    is_full_ = output.pos == most;
    in.remove_prefix(input.pos);
  } while (output.pos == 0 && !in.empty());
  return output.pos;
}

ZstdEncoder::ZstdEncoder(int level, unsigned threads)
    : context_(ZSTD_createCStream(), ZSTD_freeCStream) {
  if (!context_) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  if (const int workers = workers_for(level, threads); workers > 0) start_workers(workers);
}

/// A libzstd that was built without threads refuses, and compresses here; so does one whose threads
/// cannot start.
void ZstdEncoder::start_workers(int workers) {
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_nbWorkers, workers);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_jobSize, kJobSize);
  ZSTD_inBuffer nothing{nullptr, 0, 0};
  ZSTD_outBuffer nowhere{nullptr, 0, 0};
  const size_t started = ZSTD_compressStream2(context_.get(), &nowhere, &nothing, ZSTD_e_continue);
  if (!ZSTD_isError(started)) return;
  ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_nbWorkers, 0);
}

Result<std::string_view> ZstdEncoder::encode(std::string_view in, ZSTD_EndDirective directive) {
  out_.clear();
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  for (;;) {
    const size_t before = out_.size();
    out_.resize(std::max(out_.capacity(), before + ZSTD_CStreamOutSize()));
    ZSTD_outBuffer output{out_.data(), out_.size(), before};
    const size_t left = ZSTD_compressStream2(context_.get(), &output, &input, directive);
    out_.resize(output.pos);
    if (is_out_of_memory(left)) throw std::bad_alloc();
    if (ZSTD_isError(left)) return Error{std::string("zstd: ") + ZSTD_getErrorName(left), ""};
    if (directive == ZSTD_e_continue ? input.pos == input.size : left == 0)
      return std::string_view(out_);
  }
}

}  // namespace pinpipe::stream
