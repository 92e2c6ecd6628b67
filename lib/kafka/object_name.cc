#include "kafka/object_name.h"

#include <fmt/format.h>

#include <charconv>

namespace pinpipe::kafka {
namespace {

template <class Number>
std::optional<Number> leading_number(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && number >= 0 ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string ObjectName::file() const {
  return fmt::format("{}+{}+{:010}.json{}", topic, partition, offset, zstd ? ".zst" : "");
}

std::string ObjectName::path() const {
  return fmt::format("{}partition={}/{}", topic_folder(topic), partition, file());
}

std::string topic_folder(std::string_view topic) { return fmt::format("topics/{}/", topic); }

std::optional<ObjectName> parse_object_path(std::string_view topic, std::string_view path) {
  static constexpr std::string_view kPartition = "partition=";
  const std::string folder = topic_folder(topic) + std::string(kPartition);
  const size_t before_offset = path.rfind('+');
  if (!path.starts_with(folder) || before_offset == path.npos) return std::nullopt;
  const auto partition = leading_number<int32_t>(path.substr(folder.size()));
  const auto offset = leading_number<int64_t>(path.substr(before_offset + 1));
  if (!partition || !offset) return std::nullopt;
  ObjectName name{std::string(topic), *partition, *offset, path.ends_with(".zst")};
  // What was read leniently is it only if it is written the same.
  return name.path() == path ? std::optional(std::move(name)) : std::nullopt;
}

}  // namespace pinpipe::kafka
