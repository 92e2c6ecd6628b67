#include "stream/compression.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>

namespace pinpipe::stream {

namespace {

constexpr std::string_view kMember("\x1F\x8B\x08", 3);
constexpr size_t kMagicSize = 2;                // of kMember: no other format begins so
constexpr unsigned kReservedFlags = 0xE0;       // zero, by RFC 1952 section 2.3.1.2
constexpr size_t kMaxAtOnce = size_t{1} << 30;  // ISA-L counts in 32 bits
constexpr size_t kTooFewToBeFast = 7;           // bytes: it reads 8 at once, while there are

Error corrupt_gzip(std::string_view why) { return {"corrupt gzip data: " + std::string(why), ""}; }

/// What a code of ISA-L says of a header.
std::string_view reason_of_header(int code) {
  return code == ISAL_UNSUPPORTED_METHOD ? "unknown compression method"
                                         : "incorrect checksum of the header";
}

/// What a code of ISA-L says of deflated data, or of what is behind it.
std::string_view reason_of_data(int code) {
  switch (code) {
    case ISAL_INVALID_BLOCK:
      return "invalid block";
    case ISAL_INVALID_SYMBOL:
      return "invalid code";
    case ISAL_INVALID_LOOKBACK:
      return "invalid distance too far back";
    default:
      return "incorrect checksum or length";
  }
}

/// Gives `in` to a function of ISA-L, and removes what it took. Returns its code; where that is an
/// error, `in` is as it was.
template <class Call>
int take(std::string_view& in, inflate_state& state, Call call) {
  const size_t size = std::min(in.size(), kMaxAtOnce);
  // It is read, not written.
  state.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(in.data()));
  state.avail_in = static_cast<uint32_t>(size);
  const int code = call();
  if (code >= 0) in.remove_prefix(size - state.avail_in);
  return code;
}

/// Copies what there is of a state.
void copy_state(inflate_state& to, const inflate_state& from) {
  std::memcpy(&to, &from,
              offsetof(inflate_state, tmp_out_buffer) + static_cast<size_t>(from.tmp_out_valid));
}

}  // namespace

Guess looks_like_gzip(std::string_view head) {
  const bool is_format = kMember.starts_with(head.substr(0, kMember.size()));
  return {is_format, !is_format || head.size() >= kMember.size()};
}

GzipDecoder::GzipDecoder()
    : state_(std::make_unique_for_overwrite<inflate_state>()),
      before_(std::make_unique_for_overwrite<inflate_state>()),
      header_(std::make_unique<isal_gzip_header>()) {
  isal_inflate_init(state_.get());
  state_->crc_flag = ISAL_GZIP;
  isal_gzip_header_init(header_.get());
}

GzipDecoder::~GzipDecoder() = default;

/// What came before a fault goes first, or it would depend on the size of the reads how much that
/// is.
Result<size_t> GzipDecoder::decode(std::string_view& in, char* into, size_t most) {
  if (part_ == Part::none && !is_first_)
    in.remove_prefix(std::min(in.find_first_not_of('\0'), in.size()));
  if (part_ != Part::data && !fault_ && !in.empty()) read_header(in);
  const size_t made = part_ == Part::data ? inflate(in, into, most) : 0;
  if (made == 0 && fault_) return *fault_;
  return made;
}

/// Reads as much of it as there is. ISA-L would look at its first bytes when it has ten.
void GzipDecoder::read_header(std::string_view& in) {
  const auto magic = in.substr(0, kMagicSize - magic_size_);
  if (!kMember.substr(magic_size_).starts_with(magic)) {
    fault_ = is_first_ ? corrupt_gzip("incorrect header") : something_else_behind(format());
    return;
  }
  magic_size_ += magic.size();
  part_ = Part::header;
  const int code =
      take(in, *state_, [&] { return isal_read_gzip_header(state_.get(), header_.get()); });
  if (code < 0) {
    fault_ = corrupt_gzip(reason_of_header(code));
  } else if (code == ISAL_DECOMP_OK && (header_->flags & kReservedFlags) != 0) {
    fault_ = corrupt_gzip("unknown header flags");
  } else if (code == ISAL_DECOMP_OK) {
    part_ = Part::data;
  }
}

size_t GzipDecoder::inflate(std::string_view& in, char* into, size_t most) {
  const size_t size = std::min(most, kMaxAtOnce);
  if (fault_) return take_left(into, size);
  copy_state(*before_, *state_);
  state_->next_out = reinterpret_cast<uint8_t*>(into);
  state_->avail_out = static_cast<uint32_t>(size);
  const int code = inflate_once(in);
  if (code == ISAL_INCORRECT_CHECKSUM) {
    fault_ = corrupt_gzip(reason_of_data(code));
  } else if (code != ISAL_DECOMP_OK) {
    copy_state(*state_, *before_);
    return inflate_with_care(in, into, size);
  }
  return size - state_->avail_out;
}

/// A code of ISA-L.
int GzipDecoder::inflate_once(std::string_view& in) {
  const int code = take(in, *state_, [&] { return isal_inflate(state_.get()); });
  if (code == ISAL_DECOMP_OK && state_->block_state == ISAL_BLOCK_FINISH) {
    part_ = Part::none;
    magic_size_ = 0;
    is_first_ = false;
    isal_inflate_reset(state_.get());
  }
  return code;
}

/// So that what is made up to an error is exact: where ISA-L finds one while it is fast, it counts
/// bytes as made that it has not written.
size_t GzipDecoder::inflate_with_care(std::string_view& in, char* into, size_t most) {
  state_->next_out = reinterpret_cast<uint8_t*>(into);
  state_->avail_out = static_cast<uint32_t>(most);
  do {
    const auto few = in.substr(0, kTooFewToBeFast);
    auto rest = few;
    const int code = inflate_once(rest);
    if (code != ISAL_DECOMP_OK) fault_ = corrupt_gzip(reason_of_data(code));
    in.remove_prefix(few.size() - rest.size());
  } while (!fault_ && part_ == Part::data && !in.empty() && state_->avail_out > 0);
  return most - state_->avail_out;
}

/// What was made before a fault, and did not fit.
size_t GzipDecoder::take_left(char* into, size_t most) {
  const size_t left = state_->tmp_out_valid - state_->tmp_out_processed;
  const size_t size = std::min(most, left);
  std::memcpy(into, state_->tmp_out_buffer + state_->tmp_out_processed, size);
  state_->tmp_out_processed += static_cast<int32_t>(size);
  return size;
}

namespace {

constexpr uint32_t kGzipLevel = 2;  // of ISA-L's 0 to 3: about as small as gzip -4
constexpr size_t kGzipBlock = size_t{64} << 10;

}  // namespace

GzipEncoder::GzipEncoder()
    : state_(std::make_unique_for_overwrite<isal_zstream>()), level_memory_(ISAL_DEF_LVL2_DEFAULT) {
  isal_deflate_init(state_.get());
  state_->gzip_flag = IGZIP_GZIP;
  state_->level = kGzipLevel;
  state_->level_buf = level_memory_.data();
  state_->level_buf_size = static_cast<uint32_t>(level_memory_.size());
}

GzipEncoder::~GzipEncoder() = default;

std::string_view GzipEncoder::encode(std::string_view in, bool is_end) {
  out_.clear();
  do {
    const auto piece = in.substr(0, kMaxAtOnce);
    in.remove_prefix(piece.size());
    state_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(piece.data()));  // only read
    state_->avail_in = static_cast<uint32_t>(piece.size());
    state_->end_of_stream = is_end && in.empty() ? 1 : 0;
    do {
      const size_t before = out_.size();
      out_.resize(before + kGzipBlock);
      state_->next_out = reinterpret_cast<uint8_t*>(out_.data() + before);
      state_->avail_out = kGzipBlock;
      isal_deflate(state_.get());  // fails by arguments only
      out_.resize(before + kGzipBlock - state_->avail_out);
    } while (state_->avail_out == 0);
  } while (!in.empty());
  return out_;
}

// ---- zstd codec ----

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

std::optional<std::unique_ptr<Decoder>> decoder_for(std::string_view head) {
  const Guess zstd = looks_like_zstd(head);
  const Guess gzip = looks_like_gzip(head);
  if (!zstd.certain || !gzip.certain) return std::nullopt;
  if (zstd.is_format) return std::make_unique<ZstdDecoder>();
  if (gzip.is_format) return std::make_unique<GzipDecoder>();
  return nullptr;
}

}  // namespace pinpipe::stream
