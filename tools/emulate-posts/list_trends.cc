#include "list_trends.h"

#include <algorithm>
#include <utility>

#include "posts/builtin/trending_source.h"

namespace pinpipe {
namespace {

/// The seconds of the posts: from the first, and behind the last.
std::pair<int64_t, int64_t> span_of(const Emulation& emulation) {
  const auto& times = *emulation.trends;
  const int64_t begin = times.at(emulation.start);
  if (!emulation.count) return {begin, begin + record::kDaySeconds};
  if (*emulation.count == 0) return {begin, begin};
  return {begin, times.at(emulation.start + *emulation.count - 1) + 1};
}

}  // namespace

Result<cli::Outcome> list_trends(cli::Tool& tool, const Emulation& emulation) {
  TRY(tool.check_files({}));
  auto output = TRY(tool.open_output());
  const posts::TrendingTable table(emulation.table_seed, posts::Spelling::clean, emulation.seed,
                                   *emulation.trends);
  cli::Outcome outcome;
  const auto [begin, end] = span_of(emulation);
  for (int64_t day = begin; day < end; day += record::kDaySeconds) {
    Buffer lines;
    table.append_trends(day, std::min(day + record::kDaySeconds, end), day == begin, lines);
    outcome.out += static_cast<uint64_t>(std::ranges::count(lines.view(), '\n'));
    TRY(output.write(lines.view(), false));
  }
  outcome.in = outcome.out;
  TRY(output.commit());
  return outcome;
}

}  // namespace pinpipe
