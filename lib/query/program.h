// What a run asks: its plans, made ready for those who read records and those who fold posts.
//
// All fields that the plans are about have a slot each. A worker fills the slots of the posts that
// it reads with cells (extracted_batch.h); a fold (fold.h) knows a field by its slot.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/plan.h"

namespace pinpipe::query {

using Slot = uint32_t;

/// A condition on the cell of a slot.
struct CellCondition {
  Slot slot;
  Condition::Op op;
  bool is_integer;
  int64_t first = 0;  ///< of integers
  int64_t last = 0;
  std::string first_text = {};  ///< of texts
  std::string last_text = {};
};

struct CellMetric {
  MetricKind kind;
  std::vector<Slot> slots;
  unsigned per_cent;
};

struct PlanOfSlots {
  const Plan* plan;
  Datasets needs;
  std::vector<Slot> keys;
  std::vector<CellMetric> metrics;
  std::vector<CellCondition> conditions;
  std::optional<Slot> tags;  ///< the slot of `tag`, where the plan is about the tags of a post
};

/// The moment of a line, where windows go by one that it tells.
struct TimeField {
  std::string name;                        ///< of a field of a record, or of a member of the line
  std::optional<Field> of = std::nullopt;  ///< where it is a field of a record
};

class Program {
 public:
  /// `plans` stay where they are and outlive it.
  explicit Program(const std::vector<Plan>& plans, std::optional<TimeField> time = std::nullopt);

  const std::vector<PlanOfSlots>& plans() const { return plans_; }
  const std::vector<const Field*>& slots() const { return slots_; }
  const std::optional<TimeField>& time() const { return time_; }

  /// Whether a plan joins the dataset of the slot with another, so that its cells must be kept
  /// where the records of a post come apart.
  bool is_joined(Slot slot) const { return is_joined_[slot]; }
  /// Whether records of these datasets must be kept until others come: some plan joins them with
  /// datasets that are not among them.
  bool is_apart(Datasets present) const { return is_apart_[present]; }

 private:
  Slot slot_of(const Field* field);
  CellCondition condition_of(const Condition& condition);

  std::vector<PlanOfSlots> plans_;
  std::vector<const Field*> slots_;
  std::vector<bool> is_joined_;
  std::array<bool, kAllDatasets + 1> is_apart_{};
  std::optional<TimeField> time_;
};

}  // namespace pinpipe::query
