#include "kafka/resume.h"

#include <algorithm>
#include <vector>

#include "stream/input.h"

namespace pinpipe::kafka {
namespace {

constexpr size_t kBlock = 64 * 1024;

Result<int64_t> count_lines(const std::string& file) {
  auto input = TRY(stream::Input::open(file));
  std::vector<char> block(kBlock);
  for (int64_t lines = 0;;) {
    auto read = TRY(input.read(block.data(), block.size(), -1));
    if (read.got == stream::Input::Got::end) return lines;
    lines += std::count(block.data(), block.data() + read.size, '\n');
  }
}

}  // namespace

Result<std::map<int32_t, ObjectName>> last_objects(Store& store, const std::string& topic) {
  std::map<int32_t, ObjectName> last;
  auto status = store.list(topic, [&](std::string_view path) {
    auto object = parse_object_path(topic, path);
    if (!object) return;
    auto& known = last.try_emplace(object->partition, *object).first->second;
    if (object->offset > known.offset) known = std::move(*object);
  });
  if (!status.ok()) return status.error();
  return last;
}

Result<int64_t> offset_after(Store& store, const ObjectName& object) {
  auto file = TRY(store.fetch(object.path()));
  auto lines = TRY(count_lines(file));
  return object.offset + lines;
}

}  // namespace pinpipe::kafka
