#include "kafka/topic_printer.h"

#include "kafka/value_line.h"

namespace pinpipe::kafka {
namespace {

constexpr size_t kPrintAtOnce = 256 * 1024;

std::string place(const std::string& topic, int32_t partition) {
  return "topic " + topic + ", partition " + std::to_string(partition);
}

}  // namespace

/// What is no object is put into an array, of which it is to be the only element.
Status ValueCheck::check(std::string_view value) {
  const size_t first = value.find_first_not_of(" \t\r\n");
  if (first == value.npos) return Error{"empty"};
  if (value[first] == '{') return scanner_.object(value, members_);
  wrapped_.assign(1, '[').append(value).append(1, ']');
  TRY(scanner_.array(wrapped_, elements_, 1));
  return elements_.size() == 1 ? Status() : Status(Error{"not one JSON value"});
}

TopicPrinter::TopicPrinter(PrinterOptions options, PrinterHooks hooks, Consumer& consumer)
    : options_(std::move(options)),
      hooks_(std::move(hooks)),
      consumer_(consumer),
      reader_(options_.reader, reader_hooks(), consumer) {}

TopicReaderHooks TopicPrinter::reader_hooks() {
  TopicReaderHooks hooks;
  hooks.is_stopped = hooks_.is_stopped;
  hooks.on_message = hooks_.on_message;
  hooks.begin = [this](const FoundPartition& found) { return begin(found); };
  hooks.on_record = [this](const Record& record) { return take(record); };
  hooks.on_tick = [this](bool) {
    counts_.expected = reader_.expected();
    hooks_.on_progress(counts_);
    return flush();
  };
  return hooks;
}

Status TopicPrinter::run() {
  auto status = reader_.run();
  if (!reader_.hook_failed()) {
    auto flushed = flush();
    if (status.ok()) status = std::move(flushed);
  }
  auto left = consumer_.leave();
  return status.ok() ? left : status;
}

Result<std::optional<int64_t>> TopicPrinter::begin(const FoundPartition& found) {
  if (found.committed) return place_of_group(found);
  if (options_.from_beginning || found.is_added) {
    return consumer_.in_group() ? std::optional(found.has.low) : std::nullopt;
  }
  if (options_.reader.until_end && found.has.low < found.has.high) {
    return Error{place(consumer_.topic(found.topic), found.number) +
                     ": the group has no place there yet, so that nothing is new to it",
                 "--from-beginning prints what is there; without --once its place is where the "
                 "topics end now"};
  }
  return std::optional(found.has.high);
}

std::optional<int64_t> TopicPrinter::place_of_group(const FoundPartition& found) {
  const auto committed = *found.committed;
  if (committed >= found.has.low && committed <= found.has.high) return committed;
  const auto where = place(consumer_.topic(found.topic), found.number);
  if (committed < found.has.low) {
    counts_.missed += static_cast<uint64_t>(found.has.low - committed);
    hooks_.on_message(where + ": Kafka has deleted offsets " + std::to_string(committed) + " to " +
                      std::to_string(found.has.low - 1) + " before the group read them");
  } else {
    hooks_.on_message(where + ": the topic was made anew, the group begins at its first record");
  }
  return found.has.low;
}

Status TopicPrinter::take(const Record& record) {
  if (!record.value) {
    ++counts_.nulls;
  } else if (const auto checked = values_.check(*record.value); !checked.ok()) {
    ++counts_.rejected;
    TRY(hooks_.reject(record, checked.error().what));
  } else {
    append_line(*record.value, lines_);
    ++counts_.records;
    counts_.bytes += record.value->size();
  }
  if (consumer_.in_group()) uncommitted_[{record.topic, record.partition}] = record.offset + 1;
  return lines_.size() < kPrintAtOnce ? Status() : flush();
}

Status TopicPrinter::flush() {
  if (!lines_.empty()) TRY(hooks_.print(lines_.view()));
  lines_.clear();
  lines_.shrink(2 * kPrintAtOnce);  // one long value must not be paid for ever
  for (const auto& [where, next] : uncommitted_) {
    TRY(consumer_.commit(where.first, where.second, next));
  }
  uncommitted_.clear();
  return {};
}

}  // namespace pinpipe::kafka
