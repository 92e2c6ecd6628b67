#include "stream/zstd_codec.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>

namespace pinpipe::stream {

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
