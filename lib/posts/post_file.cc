#include "posts/post_file.h"

#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

/// Keeps lines that are posts.
class PostReader {
 public:
  using Output = Buffer;

  Status line(std::string_view line, Buffer& to) {
    TRY(scanner_.object(line, members_));
    auto records = record::find_records(members_);
    if (records.form == record::Form::joined) {
      post_.clear();
      TRY(record::take_apart(scanner_, members_, records, post_));
      line = post_.view();
    }
    if (!records.is_post()) {
      return Error{"not a post: no 'pin', 'geo' or 'user' in it is an object with an ind or index"};
    }
    to.append(line);
    to.append('\n');
    return {};
  }
  static void clear(Buffer& output) { output.clear(); }

 private:
  json::Scanner scanner_{record::kFieldIds};
  json::Members members_;
  Buffer post_;  // what a joined row is kept as
};

}  // namespace

Result<std::unique_ptr<Pool>> Pool::read(const ndjson::LineRunOptions& options,
                                         ndjson::RejectLog& rejects) {
  std::unique_ptr<Pool> pool(new Pool);
  std::vector<PostReader> readers(options.threads);
  auto status = ndjson::run_lines<PostReader>(options, readers, rejects,
                                              [&](ndjson::LineBlock<PostReader>& block) -> Status {
                                                pool->add_lines(block.out.view());
                                                pool->rejected_ += block.rejects.size();
                                                return {};
                                              });
  TRY(status);
  TRY(rejects.refused());
  return pool;
}

void Pool::add_lines(std::string_view lines) {
  const size_t before = posts_.size();
  posts_.append(lines);
  for (size_t end = lines.find('\n'); end != lines.npos; end = lines.find('\n', end + 1)) {
    ends_.push_back(before + end + 1);
  }
}

Result<size_t> Pool::append_posts(std::span<const Row> rows, Buffer& to,
                                  std::vector<MissingRow>& missing) {
  constexpr size_t kEnough = 1024 * 1024;
  const size_t before = to.size();
  size_t count = 0;
  for (const Row row : rows) {
    if (to.size() - before > kEnough) break;
    ++count;
    if (row >= ends_.size()) {
      missing.push_back({row, "the pool has " + std::to_string(ends_.size()) + " posts"});
      continue;
    }
    const size_t begin = row == 0 ? 0 : ends_[row - 1];
    to.append({posts_.data() + begin, ends_[row] - begin});
  }
  return count;
}

}  // namespace pinpipe::posts
