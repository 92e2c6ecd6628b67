#include "cleaner.h"

using namespace pinpipe;

int main(int argc, char** argv) {
  constexpr record::Dataset kDatasets[] = {record::Dataset::geo};
  return run_cleaner(argc, argv, "clean-geo",
                     "clean the geolocations of posts and records; all else passes byte for byte",
                     kDatasets);
}
