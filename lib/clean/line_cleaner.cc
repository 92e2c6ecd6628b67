#include "clean/line_cleaner.h"

#include <algorithm>

#include "json/writer.h"
#include "record/clean_record.h"

namespace pinpipe::clean {

using json::Member;

namespace {

using FieldCounts = std::array<uint64_t, Counts::kMaxFields>;

/// {"title":3,...}: the counts that are not zero, by clean key.
void write_by_field(std::string_view name, std::span<const Rule> rules, const FieldCounts& counts,
                    json::Writer<std::string>& writer) {
  writer.key(name);
  writer.begin_object();
  for (size_t i = 0; i < rules.size(); ++i) {
    if (counts[i] != 0) writer.member(rules[i].key, counts[i]);
  }
  writer.end_object();
}

void write_counts(record::Dataset dataset, const Counts& counts, uint64_t passed,
                  json::Writer<std::string>& writer) {
  const auto rules = rules_of(dataset);
  writer.member("records", counts.records);
  writer.member("passed", passed);
  write_by_field("nulled", rules, counts.nulled, writer);
  write_by_field("unreadable", rules, counts.unreadable, writer);
  writer.key("dropped");
  writer.begin_object();
  for (const auto& [key, times] : counts.dropped) writer.member(key, times);
  writer.end_object();
}

size_t offset_of(std::string_view line, const json::ObjectView& record) {
  return static_cast<size_t>(record.text.data() - line.data());
}

}  // namespace

LineCleaner::LineCleaner(std::span<const record::Dataset> datasets, Options options)
    : options_(options) {
  for (const auto dataset : datasets) parts_.push_back({dataset, RecordCleaner(dataset, options)});
}

void LineCleaner::begin(std::string_view lines) {
  scanner_.expect(lines);
  for (auto& part : parts_) part.cleaner.begin();
}

Status LineCleaner::line(std::string_view line, Buffer& to) {
  TRY(scanner_.object(line, members_));
  auto records = record::find_records(members_);
  if (records.form == record::Form::other) return record::unrecognised(members_);
  if (records.form == record::Form::joined && has_part(records)) {
    post_.clear();
    TRY(record::take_apart(scanner_, members_, records, post_));
    line = post_.view();
  }

  const size_t before = to.size();
  size_ = line.size();
  member_count_ = members_.size();
  beside_.clear();
  auto status = records.is_post() ? clean_post(line, records, to) : clean_record(line, records, to);
  if (!status.ok()) {
    to.truncate(before);
    return status;
  }
  for (auto& part : parts_) {
    if (records[part.dataset].present) {
      part.cleaner.count(findings_);
    } else {
      ++part.passed;
    }
  }
  to.append('\n');
  return {};
}

bool LineCleaner::has_part(const record::Records& records) const {
  return std::ranges::any_of(parts_,
                             [&](const Part& part) { return records[part.dataset].present; });
}

Error LineCleaner::too_large(size_t size) const {
  if (size > options_.max_line) {
    return Error{std::to_string(size) + " bytes once cleaned: longer than --max-line " +
                 std::to_string(options_.max_line)};
  }
  return Error{std::to_string(member_count_) + " members once cleaned: more than " +
               std::to_string(json::Members::kMax)};
}

/// Clean keys that were not there make a line longer, and give it more members: the next tool may
/// not take it any more.
Status LineCleaner::check_size(size_t size) const {
  if (size > options_.max_line || member_count_ > json::Members::kMax) return too_large(size);
  return {};
}

Status LineCleaner::clean(Part& part, const json::ObjectView& record, Buffer& to) {
  if (options_.check) TRY(record::check_clean(part.dataset, members_, record));
  const size_t before = to.size();
  TRY(part.cleaner.clean(members_, record, beside_, to));
  size_ = size_ - record.text.size() + (to.size() - before);
  member_count_ = member_count_ - (record.end - record.begin) + rules_of(part.dataset).size();
  return check_size(size_);
}

/// A record that is a line of its own; a joined row with a part of ours has become a post.
Status LineCleaner::clean_record(std::string_view line, const record::Records& records,
                                 Buffer& to) {
  for (auto& part : parts_) {
    const auto& record = records[part.dataset];
    if (!record.present) continue;
    size_ = record.text.size();  // blanks around it go
    return options_.as_posts ? clean_as_post(part, record, to) : clean(part, record, to);
  }
  to.append(line);
  return {};
}

Status LineCleaner::clean_as_post(Part& part, const json::ObjectView& record, Buffer& to) {
  const size_t before = to.size();
  to.append_all("{\"", name_of(part.dataset), "\":");
  size_ += to.size() - before + 1;
  ++member_count_;
  TRY(clean(part, record, to));
  to.append('}');
  return {};
}

/// The part that `member` of a post is named after; nullptr if it is none of ours.
const LineCleaner::Part* LineCleaner::part_of(const Member& member) const {
  const auto found = std::ranges::find_if(
      parts_, [&](const Part& part) { return member.field == record::id_of(part.dataset); });
  return found == parts_.end() ? nullptr : &*found;
}

LineCleaner::Layout LineCleaner::layout_of(const record::Records& records) const {
  Layout layout;
  members_.each(0, members_.size(), [&](const Member& member, uint32_t) {
    if (member.kind != json::Kind::null) ++layout.own[record::dataset_index_of(member)];
  });
  const char* last = nullptr;
  for (const auto& part : parts_) {
    const auto& record = records[part.dataset];
    layout.has_equal_keys |= layout.own[index_of(part.dataset)] > (record.present ? 1 : 0);
    if (!record.present) continue;
    layout.in_order &= record.text.data() > last;
    last = record.text.data();
  }
  return layout;
}

void LineCleaner::find_beside() {
  members_.each(0, members_.size(), [&](const Member& member, uint32_t) {
    if (member.field == json::kUnknownField) beside_.push_back(&member);
  });
}

/// The post with its records cleaned, and all around them as it was. Errors are those of the first
/// part that has one. On an error `to` is in any state past its old end.
Status LineCleaner::clean_post(std::string_view line, const record::Records& records, Buffer& to) {
  const auto layout = layout_of(records);
  if (layout.own[record::kDatasets.size()] > 0) find_beside();
  if (layout.has_equal_keys || !layout.in_order)
    return clean_post_in_pieces(line, records, layout, to);
  size_t copied = 0;
  for (auto& part : parts_) {
    TRY(record::misfit(part.dataset, members_, records));
    const auto& record = records[part.dataset];
    if (!record.present) continue;
    const size_t begin = offset_of(line, record);
    to.append(line.substr(copied, begin - copied));
    TRY(clean(part, record, to));
    copied = begin + record.text.size();
  }
  to.append(line.substr(copied));
  return {};
}

/// The same where the records are in another order than the parts, so that they are cleaned first
/// and written then, or where a key comes twice.
Status LineCleaner::clean_post_in_pieces(std::string_view line, const record::Records& records,
                                         const Layout& layout, Buffer& to) {
  std::vector<const Part*> present;
  for (auto& part : parts_) {
    TRY(record::misfit(part.dataset, members_, records));
    if (!records[part.dataset].present) continue;
    part.cleaned.clear();
    TRY(clean(part, records[part.dataset], part.cleaned));
    present.push_back(&part);
  }
  if (layout.has_equal_keys) {
    const size_t before = to.size();
    append_without_equal_keys(records, layout, to);
    return check_size(to.size() - before);
  }
  std::ranges::sort(present, {},
                    [&](const Part* part) { return records[part->dataset].text.data(); });
  size_t copied = 0;
  for (const Part* part : present) {
    const auto& record = records[part->dataset];
    const size_t begin = offset_of(line, record);
    to.append(line.substr(copied, begin - copied));
    to.append(part->cleaned.view());
    copied = begin + record.text.size();
  }
  to.append(line.substr(copied));
  return {};
}

/// Without the members that the last of their name, perhaps a null, overrides: they would stay raw.
void LineCleaner::append_without_equal_keys(const record::Records& records, const Layout& layout,
                                            Buffer& to) {
  char separator = '{';
  members_.each(0, members_.size(), [&](const Member& member, uint32_t) {
    const Part* part = part_of(member);
    const auto* record = part == nullptr ? nullptr : &records[part->dataset];
    const bool chosen = record != nullptr && member.value.data() == record->text.data();
    const bool several =
        part != nullptr && layout.own[index_of(part->dataset)] > (record->present ? 1 : 0);
    if (several && !chosen) return;
    to.append(std::exchange(separator, ','));
    to.append('"');
    to.append(member.key);
    to.append("\":");
    to.append(chosen && record->present ? part->cleaned.view() : member.value);
  });
  to.append('}');
}

void LineCleaner::give_back() {
  scanner_.give_back();
  members_.give_back();
  for (auto& part : parts_) {
    part.cleaner.give_back();
    part.cleaned = {};
  }
  post_ = {};
  beside_ = {};
}

void LineCleaner::merge(const LineCleaner& other) {
  for (size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].cleaner.counts().merge(other.parts_[i].cleaner.counts());
    parts_[i].passed += other.parts_[i].passed;
  }
}

std::string LineCleaner::stats() const {
  std::string text;
  json::Writer writer(text);
  for (const auto& part : parts_) {
    if (parts_.size() > 1) {
      writer.key(name_of(part.dataset));
      writer.begin_object();
    }
    write_counts(part.dataset, part.cleaner.counts(), part.passed, writer);
    if (parts_.size() > 1) writer.end_object();
  }
  return text;
}

}  // namespace pinpipe::clean
