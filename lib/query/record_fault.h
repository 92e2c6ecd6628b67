// Why a line that looks wrong is rejected, in words: what only the few bad lines come to.
#pragma once

#include "ndjson/scan.h"
#include "query/located.h"
#include "record/dataset.h"
#include "record/records.h"

namespace pinpipe::query {

/// A member of a post that should be a record and is something else, and would otherwise vanish.
ndjson::Verdict misfit(const ndjson::Members& members, const record::Records& records);

/// Why a record, whose fields were located, is not clean; nothing where it is.
ndjson::Verdict fault_in(record::Dataset dataset, const Located& located,
                         const ndjson::Members& members, const record::RecordView& record);

}  // namespace pinpipe::query
