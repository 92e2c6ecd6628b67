#include "query/pane.h"

#include <fmt/format.h>

#include <algorithm>

namespace pinpipe::query {
namespace {

using record::Dataset;

/// Rounded up.
std::string mebibytes(uint64_t bytes) {
  const uint64_t tenths = (bytes / 1024 * 10 + 1023) / 1024;
  return fmt::format("{}.{} MiB", tenths / 10, tenths % 10);
}

}  // namespace

void PostCounts::add(const PostCounts& more) {
  for (size_t i = 0; i < distinct.size(); ++i) {
    distinct[i] += more.distinct[i];
    duplicates[i] += more.duplicates[i];
  }
  pin_geo += more.pin_geo;
  pin_user += more.pin_user;
  pin_geo_user += more.pin_geo_user;
}

Pane::Pane(const Program& program) : program_(&program), table_(program), folds_(program) {}

void Pane::add(const ExtractedBatch& batch, size_t begin, size_t count) {
  const size_t slots = program_->slots().size();
  const Cell* const cells = batch.cells.data() + begin * slots;
  news_.clear();
  constexpr size_t kAhead = 4;  // posts from step to step
  for (size_t i = 0; i < count; ++i) {
    if (table_.size() > 0 && i + 2 * kAhead < count) {
      const auto* post = &batch.posts[begin + i];
      for (const void* address : table_.soon(post[2 * kAhead].ind, post[kAhead].ind)) {
        __builtin_prefetch(address);
      }
    }
    news_.push_back(note(batch.posts[begin + i], cells + i * slots));
  }
  const auto has_all = [](Datasets fresh, Datasets needs) { return (needs & ~fresh) == 0; };
  unsigned kinds = 0;  // of what is fresh in a post, as bits by Datasets
  for (const News& news : news_) kinds |= 1u << news.fresh;
  folds_.add(
      cells, count,
      [&](Datasets needs) {
        for (Datasets fresh = 0; fresh <= kAllDatasets; ++fresh) {
          if ((kinds >> fresh & 1) != 0 && has_all(fresh, needs)) return true;
        }
        return false;
      },
      [&](uint32_t row, Datasets needs) {
        const News& news = news_[row];
        return needs == 0 ? news.is_new : has_all(news.fresh, needs);
      });
}

/// Counts the records of a post, and keeps in mind that they have come.
Pane::News Pane::note(const ExtractedPost& post, const Cell* cells) {
  const auto row = table_.size() == 0 ? std::nullopt : table_.find(post.ind);
  const Datasets had = row ? table_.datasets(*row) : seen_.find(post.ind);
  const auto fresh = static_cast<Datasets>(post.datasets & ~had);
  for (const Dataset dataset : record::kDatasets) {
    if ((post.datasets & bit_of(dataset)) == 0) continue;
    ++((fresh & bit_of(dataset)) != 0 ? distinct_ : duplicates_)[index_of(dataset)];
  }
  const News news{fresh, had == 0};
  if (fresh == 0) return news;
  if (!row && !program_->is_apart(fresh)) {
    seen_.set(post.ind, had, static_cast<Datasets>(had | fresh));
    return news;
  }
  const uint64_t place = row ? *row : table_.add(post.ind);
  if (!row && had != 0) {
    // What had come before was joined by no plan, or was folded whole.
    seen_.set(post.ind, had, 0);
    table_.put(place, had, nullptr);
  }
  table_.put(place, fresh, cells);
  return news;
}

Result<std::vector<Answer>> Pane::answers(uint64_t room) const {
  if (table_.size() == 0) return folds_.answers(room);
  Folds folds(*program_);
  fold_into(folds);
  return folds.answers(room);
}

Result<std::vector<Answer>> Pane::last_answers(uint64_t room) {
  fold_table_into(folds_);
  return folds_.answers(room);
}

void Pane::fold_into(Folds& folds) const {
  folds.merge(folds_);
  fold_table_into(folds);
}

/// What came at once has been folded.
void Pane::fold_table_into(Folds& folds) const {
  constexpr uint64_t kAtOnce = 1024;
  const size_t slots = program_->slots().size();
  std::vector<Cell> cells(kAtOnce * slots);
  for (uint64_t begin = 0; begin < table_.size(); begin += kAtOnce) {
    const uint64_t count = std::min(kAtOnce, table_.size() - begin);
    for (uint64_t i = 0; i < count; ++i) table_.read(begin + i, cells.data() + i * slots);
    folds.add(cells.data(), count, joins, [&](uint32_t row, Datasets needs) {
      return (needs & ~unsigned{table_.datasets(begin + row)}) == 0 &&
             !table_.came_together(begin + row, needs);
    });
  }
}

PostCounts Pane::counts() const {
  PostCounts counts{distinct_, duplicates_};
  const auto joined = [&](Datasets wanted) {
    uint64_t count = table_.count(wanted);
    for (Datasets of = 1; of <= kAllDatasets; ++of) {
      if ((of & wanted) == wanted) count += seen_.count(of);
    }
    return count;
  };
  counts.pin_geo = joined(3);
  counts.pin_user = joined(5);
  counts.pin_geo_user = joined(7);
  return counts;
}

Status MemoryCeiling::check(const Pane& pane, uint64_t other_bytes,
                            const ExtractedBatch& batch) const {
  const uint64_t needed = beside + other_bytes + pane.memory() + pane.growth(batch);
  if (needed <= max) return {};
  std::string hint = "give --max-memory more, ask fewer questions at a time, or use a machine ";
  hint += "with more memory";
  if (pane.apart() > 0) {
    hint += fmt::format(": a post whose records come apart takes {} bytes", pane.bytes_a_row());
  }
  return Error{
      fmt::format("no room for more than {} distinct posts: {} are needed, max memory is {}",
                  std::ranges::max(pane.counts().distinct), mebibytes(needed), mebibytes(max)),
      hint + "; --sql gives the questions to engines that spill to disk"};
}

}  // namespace pinpipe::query
