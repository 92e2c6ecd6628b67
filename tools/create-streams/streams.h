// The streams of an ID: made, listed, described, deleted.
#pragma once

#include <functional>
#include <string_view>

#include "aws/kinesis_client.h"
#include "base/status.h"
#include "options.h"

namespace pinpipe {

/// Does what `run` says; `print` takes what it prints, whole lines. Streams that are there already
/// are made by nobody again, those that are gone are no error to delete. Errors: those of the
/// client, a stream that cannot be used, or is not gone, in time.
Status run_streams(aws::KinesisClient& client, const StreamRun& run,
                   const std::function<Status(std::string_view lines)>& print);

}  // namespace pinpipe
