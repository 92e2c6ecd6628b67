#include "kafka/topic_reader.h"

#include <utility>

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kTryAgain{1000};  // while Kafka is away

}  // namespace

TopicReader::TopicReader(TopicReaderOptions options, TopicReaderHooks hooks, Consumer& consumer)
    : options_(std::move(options)), hooks_(std::move(hooks)), consumer_(consumer) {}

Status TopicReader::run() {
  TRY(find_all());
  return follow();
}

Status TopicReader::find_all() {
  for (const auto& topic : options_.topics) {
    consumer_.add_topic(topic);
    topics_.emplace_back();
    counts_at_start_.push_back(INT32_MAX);
  }
  for (size_t topic = 0; topic < topics_.size(); ++topic) {
    if (consumer_.in_group()) {
      counts_at_start_[topic] = TRY(consumer_.partition_count(topic));
    } else {
      TRY(find_partitions(topic));
      counts_at_start_[topic] = static_cast<int32_t>(topics_[topic].size());
    }
  }
  is_assigned_ = !consumer_.in_group();
  return start_found();
}

/// Finds the partitions of a topic that are not known yet.
Status TopicReader::find_partitions(size_t topic) {
  const auto count = TRY(consumer_.partition_count(topic));
  auto number = static_cast<int32_t>(topics_[topic].size());
  if (number >= count) return {};
  TRY(hooks_.on_topic(topic));
  for (; number < count && !stopped(); ++number) {
    TRY(begin({topic, number, std::nullopt}));
  }
  return {};
}

/// Finds out where to begin.
Status TopicReader::begin(const Assigned& assigned) {
  const auto [topic, number, committed] = assigned;
  const auto has = TRY(consumer_.offsets(topic, number));
  const auto from =
      TRY(hooks_.begin({topic, number, has, number >= counts_at_start_[topic], committed}));
  auto& known = topics_[topic];
  if (known.size() <= static_cast<size_t>(number)) known.resize(static_cast<size_t>(number) + 1);
  auto& partition = known[static_cast<size_t>(number)];
  partition.next = from.value_or(has.low);
  if (partition.end < 0) {
    partition.end = has.high;
    if (options_.until_end && partition.next < partition.end)
      expected_ += static_cast<uint64_t>(partition.end - partition.next);
  }
  partition.reading = !options_.until_end || partition.next < partition.end;
  if (partition.reading) ++reading_;
  if (partition.reading || consumer_.in_group()) found_.push_back({topic, number, from});
  return {};
}

/// Once all are found: a broker keeps questions waiting while it waits for records to send.
Status TopicReader::start_found() {
  for (const auto& [topic, number, from] : std::exchange(found_, {})) {
    TRY(consumer_.start(topic, number, from));
  }
  return {};
}

bool TopicReader::ended() const { return options_.until_end && is_assigned_ && reading_ == 0; }

Status TopicReader::follow() {
  ReadHooks hooks;
  hooks.on_record = [this](const Record& record) { return take(record); };
  hooks.on_end = [this](size_t topic, int32_t partition) {
    if (options_.until_end) end_reading(topics_[topic][static_cast<size_t>(partition)]);
  };
  hooks.on_assigned = [this](const std::vector<Assigned>& given) -> Status {
    for (const auto& assigned : given) TRY(begin(assigned));
    is_assigned_ = true;
    return start_found();
  };
  hooks.on_revoked = [this](size_t topic, int32_t partition) {
    end_reading(topics_[topic][static_cast<size_t>(partition)]);
    is_assigned_ = false;
  };
  while (!stopped() && !ended()) {
    const auto read = consumer_.read(kTick, hooks);
    hook_failed_ = read.hook_failed;
    if (!read.status.ok()) return read.status;
    if (options_.until_end && consumer_.away())
      return Error{"Kafka is away: " + *consumer_.away(), ""};
    report_away();
    report_failure("cannot renew the login", consumer_.login_failure(), login_failure_,
                   "the login is renewed");
    report_failure("cannot keep the place of the group", consumer_.commit_failure(),
                   commit_failure_, "the place of the group is kept again");
    if (auto status = hooks_.on_tick(read.events == 0); !status.ok()) {
      hook_failed_ = true;
      return status;
    }
    TRY(find_added());
  }
  return {};
}

/// Drops what is behind the end where this run stops, fetched twice, or no longer ours.
Status TopicReader::take(const Record& record) {
  auto& partition = topics_[record.topic][static_cast<size_t>(record.partition)];
  if (!partition.reading || record.offset < partition.next) return {};
  partition.next = record.offset + 1;
  if (options_.until_end && partition.next >= partition.end) end_reading(partition);
  return hooks_.on_record(record);
}

void TopicReader::end_reading(Partition& partition) {
  if (partition.reading) --reading_;
  partition.reading = false;
}

/// Finds partitions that were added, and notices when Kafka is back.
Status TopicReader::find_added() {
  const auto interval = consumer_.away() ? kTryAgain : consumer_.refresh_interval();
  if (options_.until_end || interval <= milliseconds(0) || Clock::now() - found_at_ < interval)
    return {};
  found_at_ = Clock::now();
  for (size_t topic = 0; topic < topics_.size(); ++topic) {
    const auto count = consumer_.partition_count(topic);
    if (!count.ok()) return {};  // another time
    if (!consumer_.in_group()) TRY(find_partitions(topic));
  }
  return start_found();
}

void TopicReader::report_away() {
  if (consumer_.away().has_value() == is_away_) return;
  is_away_ = !is_away_;
  hooks_.on_message(is_away_ ? "Kafka is away, trying on: " + *consumer_.away() : "Kafka is back");
}

/// Tells when something begins to fail, when it does so for another reason, and when it does no
/// more.
void TopicReader::report_failure(const char* what, const std::optional<Error>& failure,
                                 std::string& told, const char* mended) {
  const auto reason = failure ? failure->what : "";
  if (reason == told) return;
  told = reason;
  if (!failure) return hooks_.on_message(mended);
  const auto hint = failure->hint.empty() ? "" : "; " + failure->hint;
  hooks_.on_message(std::string(what) + ", trying on: " + reason + hint);
}

}  // namespace pinpipe::kafka
