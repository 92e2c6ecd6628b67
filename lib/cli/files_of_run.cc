#include "cli/files_of_run.h"

#include <sys/stat.h>
#include <unistd.h>

namespace pinpipe::cli {
namespace {

bool is_descriptor(const std::string& file) {
  const auto target = stream::find_target(file);
  return target.ok() && target.value().descriptor >= 0;
}

}  // namespace

void FilesOfRun::add_input(const std::string& file) { add_read(file, true); }

void FilesOfRun::add_kept(const std::string& file) { add_read(file, false); }

void FilesOfRun::add_read(const std::string& file, bool replaceable) {
  const bool standard = file == "-";
  const auto id = standard ? stream::identify(STDIN_FILENO) : stream::identify(file);
  if (id)
    read_.push_back({"standard input", standard ? "" : file, *id, replaceable, false, standard});
}

void FilesOfRun::add_written(const std::string& option, const std::string& file) {
  const auto id = stream::identify(file);
  if (!id) return;
  const bool standard = is_descriptor(file);
  written_.push_back({option, file, *id, false, id->is_regular() && !standard, standard});
}

void FilesOfRun::add_output(const std::string& file) {
  if (file != "-") return add_written("--output", file);
  if (const auto id = stream::identify(STDOUT_FILENO)) {
    written_.push_back({"standard output", "", *id, false, false, true});
  }
}

/// What is read is only spoilt where bytes that are written to it stay.
Status FilesOfRun::check_read(const File& written) const {
  for (const auto& read : read_) {
    if (!(read.id == written.id) || !read.id.is_regular() || !read.id.is_there()) continue;
    const bool rename_makes_safe =
        read.replaceable && written.replaced && written.label == "--output";
    if (rename_makes_safe) continue;
    if (written.label == "standard output" || written.standard) {
      return Error{"input file is output file: " + shown(read.name.empty() ? written : read),
                   read.replaceable
                       ? "-o FILE may name an input: it is replaced when all has been read"
                       : "name another file"};
    }
    return Error{written.label + " would write into " + shown(read) + ", which is read",
                 "name another file"};
  }
  return {};
}

/// Standard output and standard error often are one, and lines on them do not mix.
Status FilesOfRun::check_pair(const File& a, const File& b) {
  const bool device = S_ISCHR(a.id.mode) || S_ISBLK(a.id.mode);
  if (!(a.id == b.id) || device) return {};
  const bool is_standard_error = a.label == "standard error" || b.label == "standard error";
  if (is_standard_error && a.standard && b.standard) return {};
  return Error{a.label + " and " + b.label + " both write " + shown(a.name.empty() ? b : a),
               "name two files"};
}

Status FilesOfRun::check() const {
  auto written = written_;
  if (const auto id = stream::identify(STDERR_FILENO)) {
    written.push_back({"standard error", "", *id, false, false, true});
  }
  for (size_t i = 0; i < written.size(); ++i) {
    TRY(check_read(written[i]));
    for (size_t k = i + 1; k < written.size(); ++k) {
      TRY(check_pair(written[i], written[k]));
    }
  }
  return {};
}

}  // namespace pinpipe::cli
