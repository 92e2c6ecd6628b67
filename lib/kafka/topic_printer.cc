#include "kafka/topic_printer.h"

#include <cstring>

#include "kafka/value_line.h"

namespace pinpipe::kafka {
namespace {

constexpr size_t kPrintAtOnce = 256 * 1024;

std::string place(const std::string& topic, int32_t partition) {
  return "topic " + topic + ", partition " + std::to_string(partition);
}

}  // namespace

/// What is no object is put into an array, of which it is to be the only element.
Status LineCheck::check(std::string_view line) {
  const size_t first = line.find_first_not_of(" \t\r");
  if (first == line.npos) return Error{"empty"};
  if (line[first] == '{') return scanner_.object(line, members_);
  wrapped_.assign(1, '[').append(line).append(1, ']');
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
  if (record.value) {
    append_line(*record.value, text_);
    lines_.push_back({record.topic, record.partition, record.offset, record.value->size() + 1});
  } else {
    ++counts_.nulls;
  }
  if (consumer_.in_group()) uncommitted_[{record.topic, record.partition}] = record.offset + 1;
  return text_.size() < kPrintAtOnce ? Status() : flush();
}

/// Takes what is not JSON out of the text.
Status TopicPrinter::reject_others() {
  check_.expect(text_.view());
  size_t kept = 0;
  size_t at = 0;
  for (const auto& line : lines_) {
    const auto value = text_.view().substr(at, line.size - 1);
    if (const auto checked = check_.check(value); !checked.ok()) [[unlikely]] {
      ++counts_.rejected;
      TRY(hooks_.reject({line.topic, line.partition, line.offset, value}, checked.error().what));
    } else {
      ++counts_.records;
      counts_.bytes += value.size();
      if (kept < at) std::memmove(text_.data() + kept, text_.data() + at, line.size);
      kept += line.size;
    }
    at += line.size;
  }
  text_.truncate(kept);
  return {};
}

Status TopicPrinter::flush() {
  if (!lines_.empty()) TRY(reject_others());
  if (!text_.empty()) TRY(hooks_.print(text_.view()));
  lines_.clear();
  text_.clear();
  text_.shrink(2 * kPrintAtOnce);  // one long value must not be paid for ever
  for (const auto& [where, next] : uncommitted_) {
    TRY(consumer_.commit(where.first, where.second, next));
  }
  uncommitted_.clear();
  return {};
}

}  // namespace pinpipe::kafka
