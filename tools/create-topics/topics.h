// The topics of an ID: made, listed, described, deleted.
#pragma once

#include <functional>
#include <string_view>

#include "base/status.h"
#include "kafka/topic_admin.h"
#include "options.h"

namespace pinpipe {

/// Does what `run` says; `print` takes what it prints, whole lines. Topics that are there already
/// are made by nobody again, those that are gone are no error to delete. Errors: those of the
/// admin, a topic that has other partitions than asked for, or is not there, or gone, in time.
Status run_topics(kafka::TopicAdmin& admin, const TopicRun& run,
                  const std::function<Status(std::string_view lines)>& print);

}  // namespace pinpipe
