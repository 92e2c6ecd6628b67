// The questions that have a name: presets, in the words of the general form (plan.h). To add one,
// add its row to questions.cc.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "query/answer.h"
#include "query/plan.h"

namespace pinpipe::query {

/// All, in the order in which they are listed.
std::span<const Plan> questions();

/// The nine that `all` asks.
std::span<const Plan> nine_questions();

/// The plans of a question, one or several that make up its answer; none where it is unknown.
std::span<const Plan> find_question(std::string_view name);

/// The years that it is about, where it has some.
std::optional<YearRange> years_of(const Plan& plan);

/// Asks about `years` in place of those. REQUIRES: it is about years
void set_years(Plan& plan, const YearRange& years);

/// What there is to ask, as an answer: question, columns, years, description.
Answer list_questions();

/// The same for people: question, answers (its description and range of years), columns.
Answer describe_questions();

}  // namespace pinpipe::query
