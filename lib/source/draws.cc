#include "source/draws.h"

namespace pinpipe::source {

void Draws::skip(uint64_t posts) {
  count_ = (count_ + posts % rows_) % rows_;
  if (!drawing_) return;
  for (uint64_t i = 0; i < posts; ++i) {
    random_.below(2);
    random_.below(rows_);
  }
}

}  // namespace pinpipe::source
