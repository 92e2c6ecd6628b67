#include "cleaner.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  constexpr record::Dataset kDatasets[] = {record::Dataset::user};
  return run_cleaner(argc, argv, "clean-user",
                     "clean the users of posts and records; all else passes byte for byte",
                     kDatasets);
}
