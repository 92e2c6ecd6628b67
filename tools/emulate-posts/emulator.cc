#include "emulator.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <thread>
#include <utility>

#include "stream/ordered_run.h"

namespace pinpipe {
namespace {

// For the log of rejects, rows are lines of a file of their own: file 0 is the pool, if there is
// one. Counted 0 lines at a time, each has its own number.
constexpr size_t kRowsOfSource = 1;

/// What other tools take, unless they are told otherwise.
const size_t kMaxLine = ndjson::BlockOptions().max_line;

}  // namespace

Emulator::Emulator(cli::Tool& tool, const Emulation& emulation, OpenSource& source,
                   ndjson::RejectLog& rejects, stream::Output& output)
    : tool_(tool),
      emulation_(emulation),
      source_(source),
      rejects_(rejects),
      output_(output),
      draws_(emulation.seed, source.rows, emulation.order,
             emulation.pace.kind == Pace::Kind::as_drawn) {
  outcome_.in = outcome_.rejected = source.rejected;
}

Status Emulator::run() {
  draws_.skip(emulation_.start);
  return emulation_.pace.kind == Pace::Kind::unpaced ? run_unpaced() : run_paced();
}

Status Emulator::run_unpaced() {
  uint64_t left = emulation_.count.value_or(0);
  const size_t most = source_.posts->posts_at_once();
  stream::OrderedSteps<Block> steps;
  steps.next = [&](Block& block) -> Result<stream::Flow> {
    if (left == 0) return stream::Flow::end;
    block.start();
    for (; left > 0 && block.rows.size() < most; --left) {
      block.rows.push_back(draws_.next().row);
    }
    return stream::Flow::more;
  };
  steps.transform = [&](Block& block) { make(block); };
  steps.collect = [&](Block& block) -> Result<stream::Flow> {
    TRY(write(block, false));
    while (!block.finished()) {  // the posts are long: some at a time
      make(block);
      TRY(write(block, false));
    }
    return stream::Flow::more;
  };
  std::vector<Block> blocks(source_.posts->concurrent() ? tool_.threads() : 1);
  return stream::ordered_run(steps, blocks);
}

Status Emulator::run_paced() {
  using Clock = std::chrono::steady_clock;
  const auto seconds = [](double s) {
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(s));
  };
  const auto begin = Clock::now();
  const auto& pace = emulation_.pace;
  const uint64_t count = emulation_.count.value_or(std::numeric_limits<uint64_t>::max());
  Block block;
  for (uint64_t i = 0; i < count; ++i) {
    const auto draw = draws_.next();
    const auto now = Clock::now();
    const auto due = pace.kind == Pace::Kind::rate
                         ? begin + seconds(static_cast<double>(i) / pace.rate)
                         : now + seconds(pace.wait_s(emulation_.seed, emulation_.start + i, draw));
    if (due > now || block.rows.size() == source_.posts->posts_at_once()) {
      TRY(make_all(block));
      block.start();
      if (!sleep_until(due)) return {};
    }
    block.rows.push_back(draw.row);
  }
  return make_all(block);
}

/// False where a signal ends the run.
bool Emulator::sleep_until(std::chrono::steady_clock::time_point due) {
  if (signals_ == nullptr) {
    std::this_thread::sleep_until(due);
  } else {
    ended_by_ = signals_->wait_until(due);
  }
  return !ended_by_;
}

/// Makes the next of the block's posts.
void Emulator::make(Block& block) const {
  block.posts.clear();
  block.missing.clear();
  block.made = 0;
  block.status = {};
  if (block.finished()) return;
  const auto rest = std::span<const posts::Row>(block.rows).subspan(block.done);
  auto made = source_.posts->append_posts(rest, block.posts, block.missing);
  if (!made.ok()) block.status = made.error();
  block.made = made.ok() ? made.value() : 0;
  block.done += block.made;
  if (block.posts.size() > kMaxLine) reject_overlong(block, rest.first(block.made));
}

/// Takes the posts out of `block` that no other tool would take. They are those of the rows `made`
/// that are not missing.
void Emulator::reject_overlong(Block& block, std::span<const posts::Row> made) {
  const auto missing = std::exchange(block.missing, {});
  Buffer kept;
  std::string_view rest = block.posts.view();
  for (const auto row : made) {
    const auto known = std::ranges::find(missing, row, &posts::MissingRow::row);
    if (known != missing.end()) {
      block.missing.push_back(*known);
      continue;
    }
    const size_t size = rest.find('\n');
    if (size <= kMaxLine) {
      kept.append(rest.substr(0, size + 1));
    } else {
      block.missing.push_back({row, "post of " + std::to_string(size) +
                                        " bytes is longer than max line " +
                                        std::to_string(kMaxLine)});
    }
    rest.remove_prefix(size + 1);
  }
  std::swap(block.posts, kept);
}

Status Emulator::make_all(Block& block) {
  Status status;
  do {
    make(block);
    status = write(block, true);
  } while (status.ok() && !block.finished());
  return status;
}

Status Emulator::write(Block& block, bool flush) {
  if (!block.status.ok()) return block.status;
  std::vector<ndjson::Reject> rejects;
  for (auto& missing : block.missing)
    rejects.push_back({missing.row, std::move(missing.reason), ""});
  TRY(rejects_.add(emulation_.source, kRowsOfSource, 0, rejects));
  outcome_.in += block.made;
  outcome_.rejected += rejects.size();
  outcome_.out = outcome_.in - outcome_.rejected;
  tool_.show_progress(outcome_.in, bytes_ += block.posts.size(), emulation_.count.value_or(0));
  return output_.write(block.posts.view(), flush);
}

}  // namespace pinpipe
