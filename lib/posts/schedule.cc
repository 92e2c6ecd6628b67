#include "posts/schedule.h"

namespace pinpipe::posts {

void Draws::skip(uint64_t posts) {
  count_ = (count_ + posts % rows_) % rows_;
  if (drawing_) random_.skip(posts, kSleepsEnd, rows_);
}

}  // namespace pinpipe::posts
