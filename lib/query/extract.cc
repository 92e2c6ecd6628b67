#include "query/extract.h"

#include <algorithm>

#include "json/string.h"

namespace pinpipe::query {
namespace {

using json::Kind;
using json::Member;
using record::Dataset;
using record::kInd;
using record::place_of_field;
using record::Type;

/// By dataset, where the field is in the clean schema that only cleaning makes; a record without
/// it may be raw.
constexpr size_t kSigns[] = {place_of_field(Dataset::pin, "ind"),
                             place_of_field(Dataset::geo, "coordinates"),
                             place_of_field(Dataset::user, "user_name")};

int64_t microseconds_of(const record::Timestamp& time) {
  constexpr int64_t kMicro = 1'000'000;
  const int64_t days = record::days_from_civil(time.year, time.month, time.day);
  const int64_t seconds = ((days * 24 + time.hour) * 60 + time.minute) * 60 + time.second;
  int64_t fraction = 0;
  for (size_t i = 0; i < 6; ++i) {
    fraction = fraction * 10 + (i < time.fraction.size() ? time.fraction[i] - '0' : 0);
  }
  return seconds * kMicro + fraction;
}

/// An age group's name, hashed before.
Cell age_group_cell(int64_t age) {
  static const auto kCells = [] {
    std::array<Cell, 128> cells;
    for (size_t i = 0; i < cells.size(); ++i) {
      const auto name = age_group_of(static_cast<int64_t>(i));
      if (!name.empty()) cells[i] = Cell(name);
    }
    return cells;
  }();
  if (age >= 0 && static_cast<size_t>(age) < kCells.size()) return kCells[static_cast<size_t>(age)];
  const auto name = age_group_of(age);
  return name.empty() ? Cell() : Cell(name);
}

int64_t part_of(const record::Timestamp& time, Reading reading) {
  switch (reading) {
    case Reading::month:
      return time.month;
    case Reading::day:
      return time.day;
    case Reading::hour:
      return time.hour;
    default:
      return time.year;
  }
}

}  // namespace

Extractor::Extractor(const Program& program)
    : program_(&program), steps_(steps_of(program)), cells_(program.slots().size()) {
  for (Slot slot = 0; slot < cells_.size(); ++slot) {
    if (program.slots()[slot]->reading == Reading::ind) ind_slots_.push_back(slot);
  }
}

/// Texts that no slot wants need no step: whether they are texts is seen by their kind.
std::array<std::vector<Extractor::Step>, 3> Extractor::steps_of(const Program& program) {
  std::array<std::vector<Step>, 3> steps;
  for (const Dataset dataset : record::kDatasets) {
    const auto schema = record::clean_schema(dataset);
    for (size_t place = 0; place < schema.size(); ++place) {
      if (place == kInd) continue;
      Step step{place, schema[place].type, {}};
      for (Slot slot = 0; slot < program.slots().size(); ++slot) {
        const Field& field = *program.slots()[slot];
        if (field.dataset != dataset || field.place != place) continue;
        step.to.push_back({slot, field.reading});
      }
      const auto& time = program.time();
      step.is_time = time && time->of && time->of->dataset == dataset && time->of->place == place;
      if (!step.to.empty() || step.type != Type::text) {
        steps[index_of(dataset)].push_back(std::move(step));
      }
    }
  }
  return steps;
}

Status Extractor::line(std::string_view line, ExtractedBatch& to) {
  TRY(scanner_.object(line, members_));
  auto records = record::find_records(members_);
  if (records.form == record::Form::other) return record::unrecognised(members_);
  if (records.form == record::Form::joined) {
    auto& post = to.joined.emplace_back();
    TRY(record::take_apart(scanner_, members_, records, post));
  }
  std::ranges::fill(cells_, Cell());
  time_us_.reset();
  for (const Dataset dataset : record::kDatasets) {
    if (records.is_post() && !records.is_keyed(dataset)) {
      TRY(record::misfit(dataset, members_, records));
    }
    if (!records[dataset].present) continue;
    auto& index = indexes_[index_of(dataset)];
    bool fits = index.find(dataset, members_, records[dataset]);
    fits = fits && index[kSigns[index_of(dataset)]].kind != Kind::null;
    if (fits && read(dataset, to)) continue;
    TRY(record::fault_in(dataset, index, members_, records[dataset]));
    read(dataset, to);  // it only looked so
  }
  if (program_->time()) {
    TRY(find_time());
  }
  add(line, records, to);
  return {};
}

bool Extractor::read(Dataset dataset, ExtractedBatch& to) {
  const auto& index = indexes_[index_of(dataset)];
  const Member& key = index[kInd];
  const auto ind = key.kind == Kind::null ? std::nullopt : record::to_int64(key.value);
  if (!ind) return false;
  inds_[index_of(dataset)] = *ind;
  return std::ranges::all_of(steps_[index_of(dataset)],
                             [&](const Step& step) { return read(step, index[step.place], to); });
}

bool Extractor::read(const Step& step, const Member& value, ExtractedBatch& to) {
  if (value.kind == Kind::null) return true;
  switch (step.type) {
    case Type::integer:
    case Type::real:
      return read_integer(step, value);
    case Type::timestamp:
      return read_timestamp(step, value, to);
    case Type::coordinates:
      for (const auto& each : step.to) {
        cells_[each.slot] = Cell(value.value);
        to.text_bytes += value.value.size();
      }
      return record::is_coordinates(value.value);
    case Type::text:
      read_text(step, value, to);
      return true;
  }
  return false;
}

bool Extractor::read_integer(const Step& step, const Member& value) {
  const auto integer = record::to_int64(value.value);
  if (!integer) return false;
  for (const auto& each : step.to) {
    cells_[each.slot] =
        each.reading == Reading::age_group ? age_group_cell(*integer) : Cell(*integer);
  }
  return true;
}

bool Extractor::read_timestamp(const Step& step, const Member& value, ExtractedBatch& to) {
  std::string scratch;
  auto text = json::inside_quotes(value.value);
  if (value.value_escaped) text = json::unescape(text, scratch);
  const auto time = record::to_timestamp(text);
  if (!time) return false;
  if (step.is_time) time_us_ = microseconds_of(*time);
  to.text_bytes += text.size() * step.to.size();
  for (const auto& each : step.to) {
    const bool is_as_written =
        text.size() == record::kTimestampSize && text[record::kDateSize] == 'T';
    cells_[each.slot] = each.reading != Reading::as_it_is ? Cell(part_of(*time, each.reading))
                        : is_as_written && !value.value_escaped
                            ? Cell(text)
                            : Cell(to.unescaped.emplace_back(record::text_of(*time)));
  }
  return true;
}

void Extractor::read_text(const Step& step, const Member& value, ExtractedBatch& to) {
  const Cell cell = text(value, to);
  for (const auto& each : step.to) {
    cells_[each.slot] = cell;
    to.text_bytes += cell.size();
  }
}

Cell Extractor::text(const Member& value, ExtractedBatch& to) {
  const auto bytes = json::inside_quotes(value.value);
  if (!value.value_escaped) return Cell(bytes);
  return Cell(std::string_view(json::unescape(bytes, to.unescaped.emplace_back())));
}

/// That of a member of the line, where it is not that of a record, which has been read.
Status Extractor::find_time() {
  const TimeField& wanted = *program_->time();
  if (!time_us_ && !wanted.of) {
    const Member* value = json::find_member(members_, json::whole_object(members_), wanted.name);
    std::optional<record::Timestamp> time;
    std::string scratch;
    if (value != nullptr && value->kind == Kind::number) {
      time = record::epoch_to_timestamp(value->value);
    } else if (value != nullptr && value->kind == Kind::string) {
      time = record::to_timestamp(json::unescape(json::inside_quotes(value->value), scratch));
    }
    if (time) time_us_ = microseconds_of(*time);
    if (!time && value != nullptr && value->kind != Kind::null) {
      return Error{wanted.name + " " + record::shown(value->value) + " is not a timestamp"};
    }
  }
  if (!time_us_) return Error{"no " + wanted.name + ", by which windows go"};
  return {};
}

/// The records of a post have one `ind`, nearly always. Where they have not, there is a part for
/// each.
void Extractor::add(std::string_view line, const record::Records& records, ExtractedBatch& to) {
  unsigned rest = 0;
  for (const Dataset dataset : record::kDatasets) {
    if (records[dataset].present) rest |= bit_of(dataset);
  }
  for (const Dataset dataset : record::kDatasets) {
    if ((rest & bit_of(dataset)) == 0) continue;
    ExtractedPost part{inds_[index_of(dataset)], 0, time_us_.value_or(0), {}};
    if (program_->time()) part.line = line;
    for (const Dataset other : record::kDatasets) {
      const bool is_same = inds_[index_of(other)] == part.ind;
      if (is_same) part.datasets = static_cast<Datasets>(part.datasets | (rest & bit_of(other)));
    }
    rest &= ~unsigned{part.datasets};
    for (const Slot slot : ind_slots_) cells_[slot] = Cell(part.ind);
    to.posts.push_back(part);
    to.cells.insert(to.cells.end(), cells_.begin(), cells_.end());
  }
}

}  // namespace pinpipe::query
