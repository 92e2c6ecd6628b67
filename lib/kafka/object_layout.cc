#include "kafka/object_layout.h"

#include <fmt/format.h>

#include <charconv>

#include "base/ascii.h"

namespace pinpipe::kafka {
namespace {

constexpr std::string_view kOffsets = ".offsets/";

/// Takes a whole number, and nothing else, from the start of `text`.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

const char* ending_of(Compression compression) {
  return compression == Compression::zstd ? ".zst" : compression == Compression::gzip ? ".gz" : "";
}

}  // namespace

std::string ObjectLayout::file(const ObjectName& name) const {
  return fmt::format("{}{}{}{}{:0{}}{}{}", name.topic, file_delim, name.partition, file_delim,
                     name.offset, offset_digits, ending, ending_of(compression));
}

std::string ObjectLayout::path(const ObjectName& name) const {
  return topic_folder(name.topic) + name.folder + "/" + file(name);
}

std::string ObjectLayout::topic_folder(std::string_view topic) const {
  return fmt::format("{}/{}/", topics_dir, topic);
}

std::string ObjectLayout::offsets_folder(std::string_view topic) const {
  return topic_folder(topic) + std::string(kOffsets);
}

std::string ObjectLayout::offsets_path(std::string_view topic, int32_t partition) const {
  return fmt::format("{}{}+{}", offsets_folder(topic), topic, partition);
}

std::optional<ObjectName> ObjectLayout::parse(std::string_view topic, std::string_view path) const {
  if (!take(path, topic_folder(topic)) || path.starts_with('.')) return std::nullopt;
  const size_t slash = path.rfind('/');
  if (slash == path.npos || slash == 0) return std::nullopt;
  ObjectName name{std::string(topic), 0, 0, std::string(path.substr(0, slash))};
  path.remove_prefix(slash + 1);
  if (!take(path, topic) || !take(path, file_delim)) return std::nullopt;
  const auto partition = take_number<int32_t>(path);
  if (!partition || !take(path, file_delim)) return std::nullopt;
  const auto offset = take_number<int64_t>(path);
  if (!offset || !take(path, ending)) return std::nullopt;
  if (!path.empty() && path != ending_of(Compression::zstd) && path != ending_of(Compression::gzip))
    return std::nullopt;
  name.partition = *partition;
  name.offset = *offset;
  return name;
}

std::optional<int32_t> ObjectLayout::parse_offsets(std::string_view topic,
                                                   std::string_view path) const {
  if (!take(path, offsets_folder(topic)) || !take(path, topic) || !take(path, "+"))
    return std::nullopt;
  const auto partition = take_number<int32_t>(path);
  return path.empty() ? partition : std::nullopt;
}

}  // namespace pinpipe::kafka
