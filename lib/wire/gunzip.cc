#include "wire/gunzip.h"

#include <algorithm>

#include "stream/compression.h"

namespace pinpipe::wire {
namespace {

constexpr size_t kStep = 64 * 1024;

}  // namespace

bool is_gzip(std::string_view data) {
  const auto guess = stream::looks_like_gzip(data);
  return guess.is_format && guess.certain;
}

Status append_gunzipped(std::string_view data, size_t most, Buffer& to) {
  stream::GzipDecoder decoder;
  const size_t begin = to.size();
  for (;;) {
    const size_t step = std::min(kStep, most - (to.size() - begin) + 1);
    const size_t made = TRY(decoder.decode(data, to.room(step), step));
    to.grew(made);
    if (to.size() - begin > most) {
      return Error{"gzip: more than " + std::to_string(most) + " bytes when unpacked"};
    }
    if (made == 0 && data.empty()) break;
  }
  return decoder.at_frame_end() ? Status() : Error{"gzip: cut short"};
}

}  // namespace pinpipe::wire
