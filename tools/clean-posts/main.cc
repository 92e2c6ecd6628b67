#include "cleaner.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  return run_cleaner(argc, argv, "clean-posts",
                     "clean posts and records in one pass: clean-pin | clean-geo | clean-user",
                     record::kDatasets);
}
