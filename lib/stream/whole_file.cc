#include "stream/whole_file.h"

#include "stream/input.h"

namespace pinpipe::stream {

Result<std::string> read_whole(const std::string& path) {
  constexpr size_t kAtOnce = 64 * 1024;
  auto input = TRY(Input::open(path));
  std::string bytes;
  for (;;) {
    const size_t size = bytes.size();
    bytes.resize(size + kAtOnce);
    const auto read = TRY(input.read(bytes.data() + size, kAtOnce, -1));
    bytes.resize(size + read.size);
    if (read.got == Input::Got::end) return bytes;
  }
}

}  // namespace pinpipe::stream
