#include "kafka/librdkafka_group_member.h"

#include <utility>

namespace pinpipe::kafka {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kCommittedMs = 10'000;
constexpr milliseconds kCloseWait{5'000};
constexpr milliseconds kCloseTick{100};

/// One partition each is the usual: by topic all would go to one member.
constexpr Preset kGroupDefaults[] = {{"partition.assignment.strategy", "roundrobin,range"}};

/// Only what was written counts as read.
constexpr Preset kGroupFixed[] = {{"enable.auto.commit", "true"},
                                  {"enable.auto.offset.store", "false"}};

/// Of a group that is sharing its partitions out anew, what could not be committed comes again.
bool is_between_generations(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
      return true;
    default:
      return false;
  }
}

void destroy(rd_kafka_error_t* error) {
  if (error != nullptr) rd_kafka_error_destroy(error);
}

bool is_cooperative(rd_kafka_t* kafka) {
  return std::string_view(rd_kafka_rebalance_protocol(kafka)) == "COOPERATIVE";
}

void take_assignment(rd_kafka_t* kafka, const rd_kafka_topic_partition_list_t* partitions) {
  if (is_cooperative(kafka)) {
    destroy(rd_kafka_incremental_assign(kafka, partitions));
  } else {
    rd_kafka_assign(kafka, partitions);
  }
}

void drop_assignment(rd_kafka_t* kafka, const rd_kafka_topic_partition_list_t* partitions) {
  if (is_cooperative(kafka)) {
    destroy(rd_kafka_incremental_unassign(kafka, partitions));
  } else {
    rd_kafka_assign(kafka, nullptr);
  }
}

}  // namespace

Result<std::unique_ptr<Consumer>> LibrdkafkaGroupMember::connect(
    const std::vector<Property>& properties, const std::string& group) {
  auto options = options_of(properties);
  for (const auto& property : presets(kGroupDefaults)) options.defaults.push_back(property);
  for (const auto& property : presets(kGroupFixed)) options.fixed.push_back(property);
  options.fixed.push_back({"group.id", group, "--group"});
  options.configure = [](rd_kafka_conf_t* configuration) {
    rd_kafka_conf_set_rebalance_cb(configuration, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(configuration, on_commit);
  };
  auto client = TRY(Client::connect(std::move(options)));
  return Result<std::unique_ptr<Consumer>>(
      std::unique_ptr<Consumer>(new LibrdkafkaGroupMember(std::move(client), group)));
}

LibrdkafkaGroupMember::LibrdkafkaGroupMember(std::unique_ptr<Client> client, std::string group)
    : LibrdkafkaConsumer(std::move(client), rd_kafka_queue_get_consumer), group_(std::move(group)) {
  client_->set_owner(this);
}

LibrdkafkaGroupMember::~LibrdkafkaGroupMember() { client_->set_owner(nullptr); }

Status LibrdkafkaGroupMember::join() {
  const Partitions topics(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())),
                          rd_kafka_topic_partition_list_destroy);
  for (const auto& topic : topics_) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.name.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const auto code = rd_kafka_subscribe(client_->get(), topics.get());
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? Status() : error_of(code);
}

Consumer::Read LibrdkafkaGroupMember::read(milliseconds wait, const ReadHooks& hooks) {
  Read read;
  if (!has_joined_) read.status = join();
  if (!read.status.ok()) return read;
  has_joined_ = true;
  hooks_ = &hooks;
  read = LibrdkafkaConsumer::read(wait, hooks);
  hooks_ = nullptr;
  if (read.status.ok()) read.status = std::exchange(failure_, Status());
  return read;
}

Status LibrdkafkaGroupMember::start(size_t topic, int32_t partition,
                                    std::optional<int64_t> offset) {
  rd_kafka_topic_partition_list_add(started_.get(), topics_[topic].name.c_str(), partition)
      ->offset = offset.value_or(RD_KAFKA_OFFSET_BEGINNING);
  return {};
}

/// Also called where a client is destroyed that did not leave.
void LibrdkafkaGroupMember::on_rebalance(rd_kafka_t* kafka, rd_kafka_resp_err_t code,
                                         rd_kafka_topic_partition_list_t* partitions, void* heard) {
  auto* self = static_cast<LibrdkafkaGroupMember*>(Client::owner_of(heard));
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && self != nullptr && self->hooks_ != nullptr) {
    self->failure_ = self->assign(*partitions);
    if (self->failure_.ok()) return;
  }
  if (code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS && self != nullptr) self->revoke(*partitions);
  drop_assignment(kafka, partitions);
}

Status LibrdkafkaGroupMember::assign(const rd_kafka_topic_partition_list_t& given) {
  const auto assigned = TRY(find_committed(given));
  started_.reset(rd_kafka_topic_partition_list_new(given.cnt));
  TRY(hooks_->on_assigned(assigned));
  take_assignment(client_->get(), started_.get());
  for (int i = 0; i < started_->cnt; ++i) {
    const auto& partition = started_->elems[i];
    const bool is_known = assigned[static_cast<size_t>(i)].committed.has_value();
    if (!is_known && partition.offset >= 0)
      TRY(commit(number_of(partition.topic), partition.partition, partition.offset));
  }
  return {};
}

Result<std::vector<Assigned>> LibrdkafkaGroupMember::find_committed(
    const rd_kafka_topic_partition_list_t& given) {
  const Partitions partitions(rd_kafka_topic_partition_list_copy(&given),
                              rd_kafka_topic_partition_list_destroy);
  if (partitions->cnt > 0) {
    const auto code = rd_kafka_committed(client_->get(), partitions.get(), kCommittedMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code);
  }
  std::vector<Assigned> found;
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto& partition = partitions->elems[i];
    if (partition.err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(partition.err);
    found.push_back({number_of(partition.topic), partition.partition, std::nullopt});
    if (partition.offset >= 0) found.back().committed = partition.offset;
  }
  return found;
}

void LibrdkafkaGroupMember::revoke(const rd_kafka_topic_partition_list_t& taken) {
  if (hooks_ == nullptr) return;
  for (int i = 0; i < taken.cnt; ++i) {
    hooks_->on_revoked(number_of(taken.elems[i].topic), taken.elems[i].partition);
  }
}

Status LibrdkafkaGroupMember::commit(size_t topic, int32_t partition, int64_t next) {
  const Partitions one(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
  rd_kafka_topic_partition_list_add(one.get(), topics_[topic].name.c_str(), partition)->offset =
      next;
  rd_kafka_offsets_store(client_->get(), one.get());  // an error: it is no longer ours
  return {};
}

void LibrdkafkaGroupMember::on_commit(rd_kafka_t*, rd_kafka_resp_err_t code,
                                      rd_kafka_topic_partition_list_t*, void* heard) {
  auto* self = static_cast<LibrdkafkaGroupMember*>(Client::owner_of(heard));
  if (self == nullptr || is_between_generations(code)) return;
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET) {
    self->commit_failure_.reset();
  } else {
    self->commit_failure_ = self->error_of(code);
  }
}

/// A queue of its own, since the members' one is led to it.
Status LibrdkafkaGroupMember::leave() {
  if (!has_joined_) return {};
  has_joined_ = false;
  const Queue closing(rd_kafka_queue_new(client_->get()), rd_kafka_queue_destroy);
  destroy(rd_kafka_consumer_close_queue(client_->get(), closing.get()));
  const auto until = Clock::now() + kCloseWait;
  while (rd_kafka_consumer_closed(client_->get()) == 0 && Clock::now() < until) {
    if (auto* message = rd_kafka_consume_queue(closing.get(), static_cast<int>(kCloseTick.count())))
      rd_kafka_message_destroy(message);
    rd_kafka_poll(client_->get(), 0);
  }
  const bool is_closed = rd_kafka_consumer_closed(client_->get()) != 0;
  if (is_closed && !commit_failure_) return {};
  const auto why = is_closed ? *commit_failure_ : error_of(RD_KAFKA_RESP_ERR__TIMED_OUT);
  return Error{"cannot keep the place of the " + why.what,
               why.hint.empty() ? "what was read last will come again" : why.hint};
}

size_t LibrdkafkaGroupMember::number_of(const char* topic) const {
  size_t number = 0;
  while (topics_[number].name != topic) ++number;
  return number;
}

Error LibrdkafkaGroupMember::error_of(rd_kafka_resp_err_t code) const {
  auto error = kafka_error("group " + group_, code);
  if (code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED && client_->logs_in_by_iam())
    error.hint = kMayNotJoin;
  return error;
}

}  // namespace pinpipe::kafka
