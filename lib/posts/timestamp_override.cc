#include "posts/timestamp_override.h"

#include <chrono>

#include "json/scanner.h"
#include "posts/builtin/line_writer.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::posts {
namespace {

/// `line` up to `from`, `stamp`, and `line` from `to` on.
void append_replaced(std::string_view line, const char* from, const char* to,
                     std::string_view stamp, Buffer& into) {
  into.append({line.data(), static_cast<size_t>(from - line.data())});
  into.append(stamp);
  into.append({to, static_cast<size_t>(line.data() + line.size() - to)});
}

void append_stamped_line(std::string_view line, const json::Members& members,
                         std::string_view stamp, Buffer& to) {
  const auto geo = record::find_records(members)[record::Dataset::geo];
  if (!geo.present) return to.append(line);
  if (const auto* old = json::find_member(members, geo, record::kFieldIds.id("timestamp"))) {
    return append_replaced(line, old->value.data(), old->value.data() + old->value.size(), stamp,
                           to);
  }
  const std::string member =
      std::string(geo.begin == geo.end ? "" : ",").append("\"timestamp\":").append(stamp);
  const char* brace = geo.text.data() + geo.text.size() - 1;
  append_replaced(line, brace, brace, member, to);
}

}  // namespace

Result<size_t> Stamped::append_posts(std::span<const Row> rows, Buffer& to,
                                     std::vector<MissingRow>& missing) {
  Buffer posts;
  auto count = source_->append_posts(rows, posts, missing);
  append_stamped(posts.view(), quoted_now(between_), to);
  return count;
}

std::string quoted_now(char between) {
  using namespace std::chrono;
  const auto seconds = floor<std::chrono::seconds>(system_clock::now()).time_since_epoch().count();
  char text[record::kTimestampSize + 2];
  LineWriter(text).timestamp(seconds, between);
  return {text, sizeof text};
}

void append_stamped(std::string_view posts, std::string_view stamp, Buffer& to) {
  json::Scanner scanner{record::kFieldIds};
  json::Members members;
  while (!posts.empty()) {
    const size_t end = std::min(posts.find('\n'), posts.size() - 1);
    const auto line = posts.substr(0, end);
    posts.remove_prefix(end + 1);
    if (!scanner.object(line, members).ok()) {
      to.append(line);
    } else {
      append_stamped_line(line, members, stamp, to);
    }
    to.append('\n');
  }
}

}  // namespace pinpipe::posts
