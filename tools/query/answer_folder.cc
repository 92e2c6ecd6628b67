#include "answer_folder.h"

#include <cassert>
#include <filesystem>
#include <system_error>

namespace pinpipe {

namespace fs = std::filesystem;

Result<AnswerFolder> AnswerFolder::open(const cli::Tool& tool, std::span<const query::Plan> plans) {
  const fs::path folder = tool.output_path();
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return system_error("make", folder, error.value());
  AnswerFolder to;
  for (const auto& plan : plans) {
    if (plan.continues) continue;
    const std::string name = plan.name + (tool.compresses_output() ? ".csv.zst" : ".csv");
    to.files_.push_back(TRY(tool.open_output(folder / name)));
  }
  return to;
}

Status AnswerFolder::write(std::span<const query::Answer> answers,
                           const query::FormatOptions& format) {
  assert(answers.size() == files_.size());
  for (size_t i = 0; i < answers.size(); ++i) {
    TRY(files_[i].write(query::formatted(answers.subspan(i, 1), format), false));
  }
  return {};
}

Status AnswerFolder::commit() {
  for (auto& file : files_) TRY(file.commit());
  return {};
}

bool names_folder(const std::string& path) {
  std::error_code error;
  return path.ends_with('/') || fs::is_directory(path, error);
}

}  // namespace pinpipe
