#include "cleaner.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  constexpr record::Dataset kDatasets[] = {record::Dataset::pin};
  return run_cleaner(argc, argv, "clean-pin",
                     "clean the pins of posts and records; all else passes byte for byte",
                     kDatasets);
}
