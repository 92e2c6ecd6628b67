// Undoes the compression of bytes that are in memory: piece by piece as they come, or all at once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/status.h"
#include "stream/compression.h"

namespace pinpipe::stream {

class PushDecoder {
 public:
  using Take = std::function<Status(std::string_view bytes)>;

  /// Hands what comes out to `take`, whose errors end it.
  explicit PushDecoder(Take take) : take_(std::move(take)) {}

  /// The next bytes. Errors: corrupt zstd or gzip.
  Status push(std::string_view bytes);
  /// There are no more. Errors: they are cut short.
  Status end();

 private:
  Status decode(std::string_view bytes);

  Take take_;
  std::string head_;  // until it is known whether it is compressed
  bool is_known_ = false;
  std::unique_ptr<Decoder> decoder_;
  std::string out_;
};

/// Whether `data` claims to be gzip. No JSON text starts so.
bool is_gzip(std::string_view data);

/// Appends what `data`, one gzip member or several, unpacks to. Errors, with `to` in any state past
/// its old end: corrupt, cut short, something else behind it, more than `most` bytes.
Status append_gunzipped(std::string_view data, size_t most, Buffer& to);

}  // namespace pinpipe::stream
