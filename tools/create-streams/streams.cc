#include "streams.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "json/writer.h"
#include "wire/fields.h"

namespace pinpipe {
namespace {

using aws::KinesisAction;
namespace kinesis_field = wire::kinesis_field;
using Clock = std::chrono::steady_clock;
using Print = std::function<Status(std::string_view)>;

// AWS answers ten calls a second for CreateStream, twenty for DescribeStreamSummary.
constexpr std::chrono::milliseconds kPoll{300};

Error error_of(const std::string& stream, const aws::KinesisError& error) {
  return {"stream '" + stream + "': " + error.error.what, error.error.hint};
}

/// A call for each of `streams`, with what `arguments_of` makes of its name; an error with the code
/// `fine` is none.
template <class ArgumentsOf>
Status each(aws::KinesisClient& client, KinesisAction action,
            const std::vector<std::string>& streams, ArgumentsOf arguments_of,
            std::string_view fine) {
  for (const auto& stream : streams) {
    const auto done = client.ask(action, arguments_of(stream));
    if (done.error && done.error->code != fine) return error_of(stream, *done.error);
  }
  return {};
}

/// Asks for a stream until it has the `status` ("": is gone), or `until` has come.
Status await(aws::KinesisClient& client, const std::string& stream, const std::string& status,
             Clock::time_point until) {
  for (;; std::this_thread::sleep_for(kPoll)) {
    const auto done =
        client.ask(KinesisAction::describe_stream_summary, wire::stream_arguments(stream));
    const bool gone = done.error && done.error->code == kinesis_field::kNotFound.view();
    if (done.error && !(gone && status.empty())) return error_of(stream, *done.error);
    if (gone || std::get<aws::StreamSummary>(done.answer).status == status) return {};
    if (Clock::now() >= until) {
      return Error{"stream '" + stream + "' is " +
                       std::get<aws::StreamSummary>(done.answer).status + " for too long",
                   "it is under way: run this again, or --wait longer"};
    }
  }
}

Status await_all(aws::KinesisClient& client, const StreamRun& run, const std::string& status) {
  const auto until = Clock::now() + run.wait;
  for (const auto& stream : run.streams) {
    TRY(await(client, stream, status, until));
  }
  return {};
}

Status create(aws::KinesisClient& client, const StreamRun& run) {
  TRY(each(
      client, KinesisAction::create_stream, run.streams,
      [&](const auto& stream) { return wire::create_arguments(stream, run.shards); },
      kinesis_field::kInUse));
  return await_all(client, run, "ACTIVE");
}

Status remove(aws::KinesisClient& client, const StreamRun& run) {
  TRY(each(client, KinesisAction::delete_stream, run.streams, wire::stream_arguments,
           kinesis_field::kNotFound));
  return await_all(client, run, "");
}

Status list(aws::KinesisClient& client, const StreamRun& run, const Print& print) {
  for (std::string behind;;) {
    const auto arguments =
        behind.empty() ? "{}" : wire::argument(kinesis_field::kExclusiveStartStreamName, behind);
    const auto done = client.ask(KinesisAction::list_streams, arguments);
    if (done.error) return done.error->error;
    const auto& page = std::get<aws::StreamPage>(done.answer);
    std::string lines;
    for (const auto& name : page.names) {
      const bool is_asked =
          run.streams.empty() || std::ranges::find(run.streams, name) != run.streams.end();
      if (is_asked) lines += name + "\n";
    }
    TRY(print(lines));
    if (!page.more) return {};
    if (page.names.back() == behind) return Error{"the list of streams does not end", ""};
    behind = page.names.back();
  }
}

std::string line_of(const aws::StreamSummary& stream) {
  std::string line;
  json::Writer writer(line);
  writer.begin_object();
  writer.member("stream", stream.name);
  writer.member("arn", stream.arn);
  writer.member("status", stream.status);
  writer.member("shards", stream.open_shards);
  writer.member("retention_hours", stream.retention_hours);
  writer.key("mode");
  stream.mode.empty() ? writer.null() : writer.value(stream.mode);
  writer.end_object();
  return line + "\n";
}

Status describe(aws::KinesisClient& client, const StreamRun& run, const Print& print) {
  for (const auto& stream : run.streams) {
    const auto done =
        client.ask(KinesisAction::describe_stream_summary, wire::stream_arguments(stream));
    if (done.error) return error_of(stream, *done.error);
    TRY(print(line_of(std::get<aws::StreamSummary>(done.answer))));
  }
  return {};
}

/// All shards of `stream`, page by page.
Result<std::vector<aws::Shard>> shards_of(aws::KinesisClient& client, const std::string& stream) {
  std::vector<aws::Shard> shards;
  for (auto arguments = wire::stream_arguments(stream);;) {
    const auto done = client.ask(KinesisAction::list_shards, arguments);
    if (done.error) return error_of(stream, *done.error);
    const auto& page = std::get<aws::ShardPage>(done.answer);
    shards.insert(shards.end(), page.shards.begin(), page.shards.end());
    if (page.next.empty()) return shards;
    arguments = wire::argument(kinesis_field::kNextToken, page.next);
  }
}

Status list_shards(aws::KinesisClient& client, const StreamRun& run, const Print& print) {
  for (const auto& stream : run.streams) {
    const auto shards = TRY(shards_of(client, stream));
    TRY(print(wire::shard_line(stream, shards)));
  }
  return {};
}

}  // namespace

Status run_streams(aws::KinesisClient& client, const StreamRun& run, const Print& print) {
  switch (run.verb) {
    case Verb::create:
      return create(client, run);
    case Verb::list:
      return list(client, run, print);
    case Verb::describe:
      return describe(client, run, print);
    case Verb::list_shards:
      return list_shards(client, run, print);
    case Verb::remove:
      return remove(client, run);
  }
  return {};
}

}  // namespace pinpipe
