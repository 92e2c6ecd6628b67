// What is done about an exception that nobody caught, in whatever thread.
//
// Errors are values here. What still throws is the standard library where memory or threads run
// out; stream::ordered_run makes errors of that. Where it happens elsewhere, or there is not even
// memory for the words of an error, the tool ends here: told, as a failure, without leftovers.
#pragma once

#include <string>

namespace pinpipe::cli {

/// Such an exception ends the process with kFailed, after a line on standard error and a hint;
/// temporary files are removed. An exception that is a fault of our own aborts, after the same.
/// From now on this is told as of `tool`.
void end_on_exceptions(const std::string& tool);

/// For libraries that abort where they get no memory (librdkafka asserts that it does): from now on
/// that, too, ends the process with kFailed.
void end_on_aborts();

}  // namespace pinpipe::cli
