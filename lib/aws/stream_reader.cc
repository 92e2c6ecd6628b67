#include "aws/stream_reader.h"

#include <algorithm>
#include <utility>

#include "http/headers.h"
#include "json/string.h"
#include "wire/fields.h"

namespace pinpipe::aws {
namespace {

using http::Milliseconds;

// Amazon Kinesis Data Streams Developer Guide, "Quotas and limits".
constexpr Milliseconds kReadInterval{200};
constexpr uint64_t kShardBytesPerSecond = 2 << 20;
constexpr Milliseconds kIdleInterval{1000};
constexpr Milliseconds kKeepInterval{100};
// Arrival times are approximate, and the server's clock is known to a second.
constexpr double kSlackSeconds = 2;
// Of a shard that was not read yet; a reply has up to 14 MB.
constexpr uint64_t kLikelyBytes = 8 << 20;

/// A line break can only be a blank between two tokens of JSON.
void make_one_line(std::string& json) {
  for (char& c : json) c = c == '\n' || c == '\r' ? ' ' : c;  // many bytes at a time
  json += '\n';
}

}  // namespace

/// A shard that is read, or was.
struct StreamReader::Reading {
  std::string id;
  bool closed;           // it ends by itself, when all of it is read
  bool latest = false;   // its first iterator
  std::string iterator;  // "": to be got
  bool asks_iterator = false;
  bool paced;
  uint64_t likely_bytes = kLikelyBytes;  // of its next reply
};

StreamReader::StreamReader(StreamReaderOptions options, StreamReaderHooks hooks,
                           KinesisClient& client, StreamPlace& place)
    : options_(std::move(options)), hooks_(std::move(hooks)), client_(client), place_(place) {}

StreamReader::~StreamReader() = default;

Status StreamReader::run() {
  auto status = read_all();
  auto kept = place_.has_changed() ? place_.keep() : Status();
  return status.ok() ? kept : status;
}

Status StreamReader::read_all() {
  list(wire::stream_arguments(options_.stream));
  while (!hooks_.stopped() && !(due_.empty() && under_way_.empty())) {
    start_due();
    for (auto& done : client_.wait(time_to_next())) {
      TRY(settle(std::move(done)));
    }
    TRY(keep_in_time());
  }
  return {};
}

/// A note after each reply would take longer than to read it.
Status StreamReader::keep_in_time() {
  if (!place_.has_changed() || options_.now() < kept_ + kKeepInterval) return {};
  auto status = place_.keep();
  kept_ = options_.now();
  return status;
}

std::optional<Milliseconds> StreamReader::time_to_next() const {
  std::optional<http::TimePoint> next;
  if (!due_.empty() && has_room(*due_.begin()->second)) next = due_.begin()->first;
  if (place_.has_changed())
    next = std::min(next.value_or(http::TimePoint::max()), kept_ + kKeepInterval);
  if (!next) return std::nullopt;
  return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(*next - options_.now()));
}

// ---- shards -------------------------------------------------------------------------------------

void StreamReader::list(std::string arguments) {
  listing_ = true;
  under_way_[client_.start(KinesisAction::list_shards, std::move(arguments))] = nullptr;
}

void StreamReader::take_shards(ShardPage page, const http::Reply& reply) {
  std::ranges::move(page.shards, std::back_inserter(pages_));
  if (!page.next.empty()) {
    return list(wire::argument(wire::kinesis_field::kNextToken, page.next));
  }
  listing_ = false;
  shards_ = std::exchange(pages_, {});
  if (!begun_) begin(reply);
  find_shards();
  if (std::exchange(list_again_, false)) list(wire::stream_arguments(options_.stream));
}

/// Notes when this is, by the server's clock: ours may differ. A later run cannot know what LATEST
/// was now: it has the time instead.
void StreamReader::begin(const http::Reply& reply) {
  const int64_t now = http::header_time(reply.date).value_or(options_.unix_time());
  begun_ = static_cast<double>(now);
  if (!options_.latest || !place_.is_new()) return;
  for (const auto& shard : shards_) {
    if (shard.closed) {
      place_.end(shard.id);
      continue;
    }
    place_.from_time(shard.id, now);
    readings_.emplace(shard.id, Reading{shard.id, false, true, "", false, options_.paced});
    due_.emplace(options_.now(), &readings_.at(shard.id));
  }
}

/// Starts on those that are new, and whose parents are read. A parent that is not listed any more
/// is older than what the stream keeps.
void StreamReader::find_shards() {
  std::unordered_set<std::string_view> listed;
  for (const auto& shard : shards_) listed.insert(shard.id);
  const auto is_read = [&](const std::string& parent) {
    return !listed.contains(parent) || place_.has_ended(parent);
  };
  for (const auto& shard : shards_) {
    if (place_.has_ended(shard.id) || !std::ranges::all_of(shard.parents, is_read)) continue;
    auto [at, is_new] = readings_.try_emplace(
        shard.id, Reading{shard.id, shard.closed, false, "", false, options_.paced});
    at->second.closed = shard.closed;
    if (is_new) due_.emplace(options_.now(), &at->second);
  }
}

/// The children of one that was closed when it was listed are listed, too.
void StreamReader::end(Reading& shard) {
  place_.end(shard.id);
  if (shard.closed) return find_shards();
  if (listing_) {
    list_again_ = true;
  } else {
    list(wire::stream_arguments(options_.stream));
  }
}

// ---- calls --------------------------------------------------------------------------------------

bool StreamReader::has_room(const Reading& next) const {
  return under_way_.empty() || (under_way_.size() < options_.parallel &&
                                bytes_under_way_ + next.likely_bytes <= options_.max_bytes);
}

void StreamReader::start_due() {
  while (!due_.empty() && due_.begin()->first <= options_.now() &&
         has_room(*due_.begin()->second)) {
    start(*due_.extract(due_.begin()).mapped());
  }
}

void StreamReader::start(Reading& shard) {
  bytes_under_way_ += shard.likely_bytes;
  shard.asks_iterator = shard.iterator.empty();
  uint64_t id = 0;
  if (shard.asks_iterator) {
    const auto position =
        std::exchange(shard.latest, false)
            ? kJoined<wire::kTextOf<wire::kinesis_field::kShardIteratorType>, "LATEST\"">.text()
            : place_.next(shard.id);
    id = client_.start(KinesisAction::get_shard_iterator,
                       wire::iterator_arguments(options_.stream, shard.id, position));
  } else {
    id = client_.start(KinesisAction::get_records,
                       wire::argument(wire::kinesis_field::kShardIterator, shard.iterator));
  }
  under_way_[id] = &shard;
}

Status StreamReader::settle(KinesisDone done) {
  Reading* const shard = under_way_.extract(done.id).mapped();
  if (shard != nullptr) bytes_under_way_ -= shard->likely_bytes;
  if (done.error) {
    const bool expired =
        shard != nullptr && !shard->asks_iterator && done.error->code == "ExpiredIteratorException";
    if (!expired) return settle_error(shard, std::move(*done.error));
    shard->iterator.clear();
    due_.emplace(options_.now() + kReadInterval, shard);
    return {};
  }
  if (shard == nullptr) {
    take_shards(std::get<ShardPage>(std::move(done.answer)), done.reply);
    return {};
  }
  shard->paced = shard->paced || done.throttled;
  if (!shard->asks_iterator) return take_records(*shard, std::move(done));
  shard->iterator = std::get<std::string>(std::move(done.answer));
  due_.emplace(options_.now(), shard);
  return {};
}

Status StreamReader::settle_error(Reading* shard, KinesisError error) const {
  const bool of_place = shard != nullptr && shard->asks_iterator && !place_.file().empty() &&
                        error.code == "InvalidArgumentException";
  if (of_place) {
    error.error.hint =
        "'" + place_.file() + "' may be of an older stream of this name; remove it to start over";
  }
  return Error{"stream '" + options_.stream + "': " + error.error.what, error.error.hint};
}

// ---- records ------------------------------------------------------------------------------------

Status StreamReader::take_records(Reading& shard, KinesisDone done) {
  const auto page = std::get<RecordsPage>(std::move(done.answer));
  shard.likely_bytes = done.reply.body.size();
  if (page.records > 0) {
    auto status = write(shard.id, page, std::move(done.reply.body));
    if (!status.ok()) return status;
  }
  shard.iterator = page.next_iterator;
  if (shard.iterator.empty()) {
    end(shard);
  } else if (options_.follow || !is_at_end(shard, page)) {
    due_.emplace(options_.now() + pause(shard, page), &shard);
  }
  return {};
}

Status StreamReader::write(const std::string& shard, const RecordsPage& page, std::string body) {
  make_one_line(body);
  TRY(hooks_.write(body));
  ++totals_.replies;
  totals_.records += page.records;
  totals_.bytes += body.size();
  place_.read_to(shard, page.last_sequence_number);
  return {};
}

/// Whether all that was there when this began is read: there is nothing more, or there is something
/// that came later. That it is 0 ms behind alone says nothing: kinesalite always is.
bool StreamReader::is_at_end(const Reading& shard, const RecordsPage& page) const {
  if (shard.closed) return false;
  if (page.records == 0) return page.behind_ms == 0;
  return page.last_arrival && *page.last_arrival >= *begun_ + kSlackSeconds;
}

Milliseconds StreamReader::pause(const Reading& shard, const RecordsPage& page) const {
  if (page.records == 0)
    return page.behind_ms == 0 && !shard.closed ? kIdleInterval : kReadInterval;
  if (!shard.paced) return Milliseconds(0);
  const uint64_t data_bytes = shard.likely_bytes / 4 * 3;  // it is in base64
  return std::max(kReadInterval, Milliseconds(data_bytes * 1000 / kShardBytesPerSecond));
}

}  // namespace pinpipe::aws
