#include "query/program.h"

#include <algorithm>

namespace pinpipe::query {
namespace {

/// Within 64 bits, where all values of fields are.
int64_t narrowed(const Value& value) {
  const auto* integer = std::get_if<Integer>(&value);
  return integer == nullptr ? 0 : static_cast<int64_t>(*integer);
}

std::string text_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

}  // namespace

Program::Program(const std::vector<Plan>& plans, std::optional<TimeField> time)
    : time_(std::move(time)) {
  for (const Plan& plan : plans) {
    PlanOfSlots of{&plan, plan.needs(), {}, {}, {}, {}};
    for (const Field* key : plan.keys) of.keys.push_back(slot_of(key));
    for (const Metric& metric : plan.metrics) {
      auto& cells = of.metrics.emplace_back(CellMetric{metric.kind, {}, metric.per_cent});
      for (const Field* field : metric.fields) cells.slots.push_back(slot_of(field));
    }
    for (const Condition& condition : plan.conditions) {
      of.conditions.push_back(condition_of(condition));
    }
    plan.each_field([&](const Field* field) {
      if (field->reading == Reading::tags) of.tags = slot_of(field);
    });
    plans_.push_back(std::move(of));
  }
  is_joined_.resize(slots_.size());
  for (const PlanOfSlots& of : plans_) {
    if (!joins(of.needs)) continue;
    of.plan->each_field([&](const Field* field) { is_joined_[slot_of(field)] = true; });
    for (unsigned present = 1; present <= kAllDatasets; ++present) {
      if ((of.needs & present) != 0 && (of.needs & ~present) != 0) is_apart_[present] = true;
    }
  }
}

Slot Program::slot_of(const Field* field) {
  const auto found = std::ranges::find(slots_, field);
  const auto slot = static_cast<Slot>(found - slots_.begin());
  if (found == slots_.end()) slots_.push_back(field);
  return slot;
}

CellCondition Program::condition_of(const Condition& condition) {
  return {slot_of(condition.field),      condition.op,
          condition.field->is_integer(), narrowed(condition.first),
          narrowed(condition.last),      text_of(condition.first),
          text_of(condition.last)};
}

}  // namespace pinpipe::query
