#include "stream/pipe_size.h"

#include <fcntl.h>

namespace pinpipe::stream {

void enlarge_pipe(int fd) {
  constexpr int kRoom = 1024 * 1024;  // what Linux grants users at most, unless it was changed
  if (fcntl(fd, F_GETPIPE_SZ) < kRoom) fcntl(fd, F_SETPIPE_SZ, kRoom);
}

}  // namespace pinpipe::stream
