// Undoes the compression of bytes that somebody else reads, piece by piece.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

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

}  // namespace pinpipe::stream
