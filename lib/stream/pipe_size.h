// The room of a pipe: the more fits in, the less often its two ends wait for each other.
#pragma once

namespace pinpipe::stream {

/// Gives the pipe at `fd` room for four blocks, rather than for the 64 KiB it is made with. What is
/// no pipe stays as it is, and so does a pipe where the user's limit for pipes is reached.
void enlarge_pipe(int fd);

}  // namespace pinpipe::stream
