// Runs a fuzz target once on each file of some folders: where the compiler has no libFuzzer, what a
// target holds to be true is seen to hold for its seeds.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size);

int main(int argc, char** argv) {
  size_t seeds = 0;
  for (const char* folder : std::span(argv, static_cast<size_t>(argc)).subspan(1)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string seed(std::istreambuf_iterator<char>(file), {});
      LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(seed.data()), seed.size());
      ++seeds;
    }
  }
  return seeds == 0;
}
