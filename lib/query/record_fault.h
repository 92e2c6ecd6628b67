// Why a line that looks wrong is rejected, in words: what only the few bad lines come to.
#pragma once

#include "json/scanner.h"
#include "query/located.h"
#include "record/records.h"
#include "record/schema.h"

namespace pinpipe::query {

/// Why a record, whose fields were located, is not clean; nothing where it is.
Status fault_in(record::Dataset dataset, const Located& located, const json::Members& members,
                const json::ObjectView& record);

}  // namespace pinpipe::query
