#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "aws/s3_bucket.h"
#include "cli/exit_status.h"
#include "cli/last_resort.h"
#include "cli/tool.h"
#include "json/writer.h"
#include "stream/push_decoder.h"

using namespace pinpipe;

namespace {

struct Counts {
  uint64_t objects = 0;
  uint64_t lines = 0;
  uint64_t bytes = 0;
};

cli::Outcome outcome_of(const Counts& counts) {
  cli::Outcome outcome;
  outcome.in = outcome.out = counts.lines;
  json::Writer writer(outcome.details);
  writer.member("objects", counts.objects);
  writer.member("bytes", counts.bytes);
  return outcome;
}

/// As who reads folders has it: what begins with '.' or '_' is no data.
bool is_hidden(std::string_view below) {
  for (;;) {
    if (below.starts_with('.') || below.starts_with('_')) return true;
    const size_t slash = below.find('/');
    if (slash == below.npos) return below.empty();  // what makes a folder of a console
    below.remove_prefix(slash + 1);
  }
}

/// The keys that `key` names, an object or a folder.
Result<std::vector<std::string>> keys_of(aws::S3Client& client, std::string key) {
  key = key.substr(0, key.find_last_not_of('/') + 1);
  std::vector<std::string> keys;
  TRY(client.list(key, [&](std::string_view found) {
    auto below = found.substr(key.size());
    if (!key.empty() && !below.empty() && !below.starts_with('/')) return;
    if (below.starts_with('/')) below.remove_prefix(1);
    if (below.empty() ? found == key && !key.empty() : !is_hidden(below)) keys.emplace_back(found);
  }));
  return keys;
}

Status copy_object(aws::S3Client& client, const std::string& key, const std::string& name,
                   Counts& counts, stream::Output& output) {
  char last = '\n';
  stream::PushDecoder decoder([&](std::string_view bytes) {
    counts.bytes += bytes.size();
    counts.lines += static_cast<uint64_t>(std::ranges::count(bytes, '\n'));
    last = bytes.back();
    return output.write(bytes, false);
  });
  auto status = client.get(key, [&](std::string_view bytes) { return decoder.push(bytes); });
  if (status.ok()) status = decoder.end();
  if (!status.ok()) {
    if (status.error().what.starts_with("cannot ")) return status;
    return Error{"cannot read '" + name + "': " + status.error().what, status.error().hint};
  }
  ++counts.objects;
  if (last == '\n') return {};
  ++counts.lines;
  return output.write("\n", false);
}

Result<cli::Outcome> read_objects(cli::Tool& tool) {
  TRY(tool.check_files({}));
  const auto environment = aws::process_environment();
  auto output = TRY(tool.open_output());
  Counts counts;
  for (const auto& url : tool.arguments()) {
    const auto place = TRY(aws::parse_s3_url(url));
    auto bucket = TRY(aws::S3Bucket::open(place.bucket, environment));
    const auto keys = TRY(keys_of(bucket->client(), place.key));
    if (keys.empty()) {
      return Error{"no objects at '" + url + "'",
                   "what it names is an object, or a folder of them, from its '/' to its '/'"};
    }
    for (const auto& key : keys) {
      const auto name = std::string(aws::kS3Scheme) + place.bucket + "/" + key;
      TRY(copy_object(bucket->client(), key, name, counts, output));
      tool.show_progress(counts.lines, counts.bytes);
    }
  }
  TRY(output.commit());
  return outcome_of(counts);
}

}  // namespace

int main(int argc, char** argv) {
  cli::Tool tool("read-objects", "print the lines of objects in S3, compressed or not",
                 cli::Tool::kReports | cli::Tool::kOutput);
  tool.takes("s3://BUCKET[/PREFIX]...");
  if (auto status = tool.parse(argc, argv)) return *status;
  if (tool.arguments().empty())
    return tool.misuse({"no s3://BUCKET[/PREFIX]", "it names an object, or a folder of them"});
  for (const auto& url : tool.arguments()) {
    if (auto place = aws::parse_s3_url(url); !place.ok()) return tool.misuse(place.error());
  }
  cli::end_on_aborts();
  return tool.finish(caught([&] { return read_objects(tool); }));
}
