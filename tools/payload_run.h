// The runs that to-kafka-payload and kinesis-encode share: records into requests, and back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/filter.h"
#include "cli/tool.h"
#include "record/schema.h"
#include "wire/aggregate_writer.h"
#include "wire/encode_worker.h"
#include "wire/protocol.h"
#include "wire/record_lines.h"
#include "wire/request_writer.h"

namespace pinpipe {

/// Errors: one of `flags`, an option and whether it was given, that only batches have; `row`, which
/// `option` named, has none.
inline Status check_of_batches(const wire::ProtocolRow& row, const std::string& option,
                               const std::vector<std::pair<std::string, bool>>& flags) {
  for (const auto& [flag, is_given] : flags) {
    if (!is_given || row.is_batch()) continue;
    return Error{flag + " means nothing with " + option + " " + std::string(row.name) +
                     ", which has one record a line",
                 flag == "--max-bytes" ? "--max-record-bytes limits a record" : ""};
  }
  return {};
}

/// Records counted where the run counted lines; a rejected line is one.
inline Result<cli::Outcome> in_records(Result<cli::Outcome> outcome, uint64_t records,
                                       std::string details) {
  if (!outcome.ok()) return outcome;
  outcome->in = records + outcome->rejected;
  outcome->out = records;
  outcome->details = std::move(details);
  return outcome;
}

/// Posts and records, of dataset `only` if that is given, into requests of `format`, by a Writer.
template <class Writer>
Result<cli::Outcome> run_encode_by(cli::Tool& tool, wire::RequestFormat format,
                                   std::optional<record::Dataset> only) {
  using Worker = wire::EncodeWorker;
  auto options = tool.line_options();
  format.max_line = options.blocks.max_line;
  if (!format.is_of_records()) options.blocks.linger_ms = static_cast<int>(format.linger.count());
  auto workers = cli::make_workers<Worker>(tool, [&] { return Worker(format, only); });
  Writer writer(format);
  auto outcome = cli::run_lines_to_output<Worker>(
      tool, workers, options,
      [&](auto& block, auto& output) { return writer.collect(block, output); },
      [&](auto& output, bool) { return writer.close_all(output); });
  return in_records(std::move(outcome), writer.records(), writer.stats());
}

/// The same by the writer that `format` needs.
inline Result<cli::Outcome> run_encode(cli::Tool& tool, wire::RequestFormat format,
                                       std::optional<record::Dataset> only) {
  return format.aggregation ? run_encode_by<wire::AggregateWriter>(tool, std::move(format), only)
                            : run_encode_by<wire::RequestWriter>(tool, std::move(format), only);
}

/// Requests and replies into records, with their times if `stamps`. `details` says what is told of
/// the run by --stats.
template <class Decoder>
Result<cli::Outcome> run_decode(
    cli::Tool& tool, bool stamps,
    const std::function<std::string(const wire::RecordLinesWriter&)>& details) {
  auto workers = cli::make_workers<Decoder>(tool, [&] { return Decoder(stamps); });
  wire::RecordLinesWriter writer;
  auto options = tool.line_options();
  options.blocks.arrays = true;  // a reply of a REST consumer is one
  auto outcome = cli::run_lines_to_output<Decoder>(
      tool, workers, options,
      [&](auto& block, auto& output) { return writer.collect(block, output); });
  return in_records(std::move(outcome), writer.records(), details(writer));
}

}  // namespace pinpipe
