#include "aws/sha256.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace pinpipe::aws {
namespace {

TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfAFileIsThatOfItsBytesWhateverItsSize) {
  const std::string path = testing::TempDir() + "/sha256." + std::to_string(getpid());
  for (const size_t size : {size_t(0), size_t(1), size_t(65536), size_t(200'001)}) {
    const std::string bytes(size, 'x');
    std::ofstream(path) << bytes;
    const auto hash = hash_file(path);
    ASSERT_TRUE(hash.ok());
    EXPECT_EQ(hash.value().size, size);
    EXPECT_EQ(hash.value().sha256_hex, sha256_hex(bytes));
  }
  std::filesystem::remove(path);
  EXPECT_FALSE(hash_file(path).ok());
}

}  // namespace
}  // namespace pinpipe::aws
