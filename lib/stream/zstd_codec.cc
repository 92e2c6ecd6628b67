#include "stream/zstd_codec.h"

#include <algorithm>
#include <cstdint>

namespace pinpipe::stream {

Guess looks_like_zstd(std::string_view head) {
  static constexpr std::string_view kFrame("\x28\xB5\x2F\xFD", 4);
  static constexpr std::string_view kSkippableTail("\x2A\x4D\x18", 3);
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(head[i]); };
  const bool frame = kFrame.starts_with(head.substr(0, 4));
  const bool skippable = !head.empty() && byte(0) >= 0x50 && byte(0) <= 0x5F &&
                         kSkippableTail.starts_with(head.substr(1, 3));
  return {frame || skippable, head.size() >= 4 || !(frame || skippable)};
}

Result<size_t> ZstdDecoder::decode(std::string_view& in, char* into, size_t most) {
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  ZSTD_outBuffer output{into, most, 0};
  const size_t left = ZSTD_decompressStream(context_.get(), &output, &input);
  if (ZSTD_isError(left))
    return Error{std::string("corrupt zstd data: ") + ZSTD_getErrorName(left), ""};
  if (input.pos > 0 || output.pos > 0) at_frame_end_ = left == 0;
  in.remove_prefix(input.pos);
  return output.pos;
}

ZstdEncoder::ZstdEncoder(int level, unsigned threads) {
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  if (threads < 2) return;
  // What a worker holds is a few times its job, whose least size is this. A libzstd that was built
  // without threads refuses, and compresses here.
  constexpr int kJobSize = 1024 * 1024;
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_nbWorkers, static_cast<int>(threads));
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_jobSize, kJobSize);
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
    if (ZSTD_isError(left)) return Error{std::string("zstd: ") + ZSTD_getErrorName(left), ""};
    if (directive == ZSTD_e_continue ? input.pos == input.size : left == 0)
      return std::string_view(out_);
  }
}

}  // namespace pinpipe::stream
