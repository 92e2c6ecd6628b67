#include "clean/line_cleaner.h"

#include "json/string.h"

namespace pinpipe::clean {

using json::Member;

namespace {

constexpr size_t kMost = json::Members::kMost;
/// Members that are few enough with the clean keys beside them.
constexpr size_t kSurelyFew = kMost - Counts::kMostFields;

using FieldCounts = std::array<uint64_t, Counts::kMostFields>;

/// {"title":3,...}: the counts that are not zero, by clean key.
std::string by_field(std::span<const Rule> rules, const FieldCounts& counts) {
  std::string text;
  for (size_t i = 0; i < rules.size(); ++i) {
    if (counts[i] == 0) continue;
    text += text.empty() ? "" : ",";
    text += json::quoted(rules[i].key) + ":" + std::to_string(counts[i]);
  }
  return "{" + text + "}";
}

}  // namespace

Status LineCleaner::line(std::string_view line, Buffer& to) {
  TRY(scanner_.object(line, members_));
  auto records = record::find_records(members_);
  if (records.form == record::Form::other) return record::unrecognised(members_);
  if (records.form == record::Form::joined && records[dataset_].present) {
    post_.clear();
    TRY(record::take_apart(scanner_, members_, records, post_));
    line = post_.view();
  }

  const size_t before = to.size();
  if (auto status = known_line(line, records, to); !status.ok()) {
    to.truncate(before);
    return status;
  }
  const size_t size = to.size() - before;
  if (size > max_line_ || members_.size() > kSurelyFew) [[unlikely]] {
    if (auto status = grown_too_large(records, size); !status.ok()) {
      to.truncate(before);
      return status;
    }
  }
  if (records[dataset_].present) {
    cleaner_.count();
  } else {
    ++passed_;
  }
  to.append('\n');
  return {};
}

/// Clean keys that were not there make a line longer, and give it more members. `size` is that of
/// the cleaned line.
Status LineCleaner::grown_too_large(const record::Records& records, size_t size) const {
  if (size > max_line_) {
    return Error{std::to_string(size) + " bytes once cleaned: longer than --max-line " +
                 std::to_string(max_line_)};
  }
  if (!records[dataset_].present) return {};
  const auto& record = records[dataset_];
  const size_t members = members_.size() - (record.end - record.begin) + rules_of(dataset_).size();
  if (members <= kMost) return {};
  return Error{std::to_string(members) + " members once cleaned: more than " +
               std::to_string(kMost)};
}

/// A post or a record; on a fault `to` is in any state past its old end.
Status LineCleaner::known_line(std::string_view line, const record::Records& records, Buffer& to) {
  const auto& record = records[dataset_];
  if (records.is_post()) {
    TRY(record::misfit(dataset_, members_, records));
    if (own_members() > (record.present ? 1 : 0)) return post_with_equal_keys(record, to);
    if (record.present) return post(line, record, to);
  } else if (record.present) {  // not joined: that has become a post
    return cleaner_.clean(members_, record, to);
  }
  to.append(line);
  return {};
}

/// Members of the post that have the name of the dataset; one that is null is none.
int LineCleaner::own_members() const {
  int count = 0;
  members_.each(0, members_.size(), [&](const Member& member, uint32_t) {
    if (member.name == record::id_of(dataset_) && member.kind != json::Kind::null) ++count;
  });
  return count;
}

/// The post with its record cleaned, and all around it as it was.
Status LineCleaner::post(std::string_view line, const json::ObjectView& record, Buffer& to) {
  const size_t start = static_cast<size_t>(record.text.data() - line.data());
  to.append(line.substr(0, start));
  TRY(cleaner_.clean(members_, record, to));
  to.append(line.substr(start + record.text.size()));
  return {};
}

/// The post without the members that the last of its name, perhaps a null, overrides: they would
/// stay raw.
Status LineCleaner::post_with_equal_keys(const json::ObjectView& record, Buffer& to) {
  Status fault;
  char separator = '{';
  members_.each(0, members_.size(), [&](const Member& member, uint32_t) {
    const bool chosen = member.value.data() == record.text.data();
    if (!chosen && member.name == record::id_of(dataset_)) return;
    to.append(std::exchange(separator, ','));
    to.append('"');
    to.append(member.key);
    to.append("\":");
    if (!chosen || !record.present) return to.append(member.value);
    fault = cleaner_.clean(members_, record, to);
  });
  to.append('}');
  return fault;
}

void LineCleaner::give_back() {
  scanner_.give_back();
  members_.give_back();
  cleaner_.give_back();
  post_ = {};
}

void LineCleaner::merge(const LineCleaner& other) {
  cleaner_.counts().merge(other.cleaner_.counts());
  passed_ += other.passed_;
}

std::string LineCleaner::stats() const {
  const auto& counts = cleaner_.counts();
  const auto rules = rules_of(dataset_);
  std::string dropped;
  for (const auto& [key, times] : counts.dropped) {
    dropped += dropped.empty() ? "" : ",";
    dropped +=
        "\"" + key + "\":" + std::to_string(times);  // keys are kept as they were written, escaped
  }
  return "\"records\":" + std::to_string(counts.records) +
         ",\"passed\":" + std::to_string(passed_) +
         ",\"nulled\":" + by_field(rules, counts.nulled) +
         ",\"unreadable\":" + by_field(rules, counts.unreadable) + ",\"dropped\":{" + dropped + "}";
}

}  // namespace pinpipe::clean
