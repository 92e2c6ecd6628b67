// The order of the rows of an answer, and which of them are answered.
#pragma once

#include <vector>

#include "query/answer.h"
#include "query/plan.h"

namespace pinpipe::query {

/// Puts `rows`, one or several a group, in the order of `plan`, null before all else, adds their
/// ranks where it has some, and keeps those of its top: what ties at the border is kept, or with
/// `one` the first by name.
void put_in_order(const Plan& plan, std::vector<Row>& rows);

}  // namespace pinpipe::query
