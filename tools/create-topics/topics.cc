#include "topics.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "json/writer.h"

namespace pinpipe {
namespace {

using Clock = std::chrono::steady_clock;
using Print = std::function<Status(std::string_view)>;
using State = std::optional<kafka::TopicState>;

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::chrono::seconds kWait{30};

Error not_there(const TopicRun& run, const std::string& topic) {
  return {"there is no topic " + topic, "create-topics " + run.id + " makes it"};
}

/// Asks for a topic until it is as it `should` be: a broker may learn what was done a moment later.
Result<State> await(kafka::TopicAdmin& admin, const std::string& topic,
                    const std::function<bool(const State&)>& should) {
  for (const auto until = Clock::now() + kWait;; std::this_thread::sleep_for(kPoll)) {
    auto state = TRY(admin.find(topic));
    if (should(state)) return state;
    if (Clock::now() >= until) {
      return Error{"topic " + topic + (state ? " is there, and not ready" : " is not there yet"),
                   "it is under way: run this again"};
    }
  }
}

Status create(kafka::TopicAdmin& admin, const TopicRun& run) {
  TRY(admin.create(run.topics, run.partitions.value_or(1), run.replication));
  for (const auto& topic : run.topics) {
    const auto state = TRY(await(admin, topic, [](const State& is) { return is && is->is_ready; }));
    if (!run.partitions || state->partitions == *run.partitions) continue;
    return Error{"topic " + topic + " has " + std::to_string(state->partitions) +
                     " partitions, not " + std::to_string(*run.partitions),
                 ""};
  }
  return {};
}

Status remove(kafka::TopicAdmin& admin, const TopicRun& run) {
  TRY(admin.remove(run.topics));
  for (const auto& topic : run.topics) {
    TRY(await(admin, topic, [](const State& is) { return !is; }));
  }
  return {};
}

Status list(kafka::TopicAdmin& admin, const TopicRun& run, const Print& print) {
  std::string lines;
  for (const auto& name : TRY(admin.names())) {
    const bool is_asked =
        run.topics.empty() || std::ranges::find(run.topics, name) != run.topics.end();
    if (is_asked) lines += name + "\n";
  }
  return print(lines);
}

std::string line_of(const std::string& topic, const kafka::TopicState& state) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member("topic", topic);
  writer.member("partitions", state.partitions);
  writer.member("replication", state.replication);
  writer.end_object();
  return line + "\n";
}

Status describe(kafka::TopicAdmin& admin, const TopicRun& run, const Print& print) {
  for (const auto& topic : run.topics) {
    const auto state = TRY(admin.find(topic));
    if (!state) return not_there(run, topic);
    TRY(print(line_of(topic, *state)));
  }
  return {};
}

}  // namespace

Status run_topics(kafka::TopicAdmin& admin, const TopicRun& run, const Print& print) {
  switch (run.verb) {
    case Verb::create:
      return create(admin, run);
    case Verb::list:
      return list(admin, run, print);
    case Verb::describe:
      return describe(admin, run, print);
    case Verb::remove:
      return remove(admin, run);
  }
  return {};
}

}  // namespace pinpipe
