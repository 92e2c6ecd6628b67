#include "state.h"

#include <fmt/format.h>

#include <cstring>
#include <filesystem>

#include "base/hash.h"
#include "query/archive.h"
#include "stream/input.h"
#include "stream/output.h"

namespace pinpipe {
namespace {

constexpr std::string_view kMagic = "pinpipe query state 1\n";

Error unusable(const std::string& path, const std::string& why) {
  return {"state '" + path + "' " + why, "name another file, or remove it to begin anew"};
}

}  // namespace

Result<std::optional<Progress>> State::load(query::LiveAnswers& answers) const {
  std::error_code error;
  const auto file = std::filesystem::status(path_, error);
  if (!std::filesystem::exists(file)) return std::optional<Progress>();
  if (!std::filesystem::is_regular_file(file)) return unusable(path_, "is not a file");
  const std::string bytes = TRY(stream::read_whole(path_));
  std::string_view rest = bytes;
  uint32_t checksum = 0;
  if (!rest.starts_with(kMagic) || rest.size() < kMagic.size() + sizeof checksum) {
    return unusable(path_, "is not a state of this version of query");
  }
  std::memcpy(&checksum, rest.data() + rest.size() - sizeof checksum, sizeof checksum);
  rest.remove_suffix(sizeof checksum);
  if (hash_of(rest) != checksum) return unusable(path_, "is damaged");
  query::ArchiveReader archive(rest.substr(kMagic.size()));
  std::string asked;
  archive(asked);
  if (asked != asked_) return unusable(path_, "is of something else: " + asked);
  Progress progress;
  archive(progress, answers);
  if (!archive.ok() || !archive.at_end()) return unusable(path_, "is damaged");
  return std::optional(progress);
}

Status State::save(const Progress& progress, query::LiveAnswers& answers) const {
  query::ArchiveWriter archive;
  archive(asked_, progress, answers);
  std::string bytes(kMagic);
  bytes += archive.bytes();
  const uint32_t checksum = hash_of(std::string_view(bytes));
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  stream::OutputOptions options;
  options.path = path_;
  auto output = TRY(stream::Output::open(options));
  TRY(output.write(bytes, true));
  return output.commit();
}

}  // namespace pinpipe
