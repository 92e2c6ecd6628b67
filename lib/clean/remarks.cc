// What LineCleaner says of values that are lost, at the end of a run.
#include <string>
#include <vector>

#include "clean/line_cleaner.h"

namespace pinpipe::clean {
namespace {

/// "300 of 400 pin records"
std::string of_records(uint64_t count, record::Dataset dataset, const Counts& counts) {
  return std::to_string(count) + " of " + std::to_string(counts.records) + " " +
         std::string(name_of(dataset)) + " records";
}

void add_other_key(record::Dataset dataset, const Counts& counts,
                   const ndjson::FirstFindings& firsts, std::vector<std::string>& remarks) {
  const auto first = firsts.find(RecordCleaner::topic_of(dataset, RecordCleaner::kOtherKey));
  if (first.empty()) return;
  remarks.push_back("index: " + of_records(counts.other_keys, dataset, counts) +
                    " have another ind, which is the key; the first, " + std::string(first));
}

/// Without a first one no line was written: the run ended before.
void add_unreadable(record::Dataset dataset, const Counts& counts,
                    const ndjson::FirstFindings& firsts, std::vector<std::string>& remarks) {
  const auto rules = rules_of(dataset);
  for (size_t i = 0; i < rules.size(); ++i) {
    const auto first = firsts.find(RecordCleaner::topic_of(dataset, i));
    if (first.empty()) continue;
    remarks.push_back(std::string(rules[i].key) + ": " + std::to_string(counts.unreadable[i]) +
                      " of " + std::to_string(counts.present(i)) +
                      " values cannot be read; the first, " + std::string(first));
  }
}

void add_misspelt(record::Dataset dataset, const Counts& counts,
                  std::vector<std::string>& remarks) {
  for (size_t field = 0; field < counts.misspelt.size(); ++field) {
    std::string others;
    for (const auto& [key, times] : counts.misspelt[field]) {
      auto remark = misspelling(dataset, field, key) + ": in " + of_records(times, dataset, counts);
      if (key == NameCounts::kOther) {
        others = std::move(remark);
      } else {
        remarks.push_back(std::move(remark));
      }
    }
    if (!others.empty()) remarks.push_back(std::move(others));
  }
}

}  // namespace

std::vector<std::string> LineCleaner::remarks(const ndjson::FirstFindings& firsts) const {
  std::vector<std::string> remarks;
  for (const auto& part : parts_) {
    const auto& counts = part.cleaner.counts();
    add_other_key(part.dataset, counts, firsts, remarks);
    add_unreadable(part.dataset, counts, firsts, remarks);
    add_misspelt(part.dataset, counts, remarks);
  }
  return remarks;
}

FieldShare LineCleaner::unreadable(std::string_view field) const {
  using Wide = unsigned __int128;
  FieldShare worst{field};
  for (const auto& part : parts_) {
    const auto rules = rules_of(part.dataset);
    const auto& counts = part.cleaner.counts();
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!field.empty() && rules[i].key != field) continue;
      const FieldShare share{rules[i].key, counts.unreadable[i], counts.present(i)};
      const bool is_worse =
          Wide{share.unreadable} * worst.present > Wide{worst.unreadable} * share.present;
      if (worst.present == 0 || is_worse) worst = share;
    }
  }
  return worst;
}

}  // namespace pinpipe::clean
