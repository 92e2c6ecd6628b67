#include "aws/sha256.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <new>
#include <vector>

#include "base/hex.h"

namespace pinpipe::aws {
namespace {

constexpr size_t kBlock = 64 * 1024;

/// The digest of what it is fed. Its functions fail for want of memory only.
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1)
      throw std::bad_alloc();
  }
  void feed(std::string_view bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
  }
  std::string finish_hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) throw std::bad_alloc();
    return hex(std::string_view(reinterpret_cast<const char*>(digest), size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.feed(bytes);
  return hash.finish_hex();
}

Result<FileHash> hash_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("open", path, errno);
  Sha256 hash;
  FileHash of_file;
  std::vector<char> block(kBlock);
  ssize_t got;
  while ((got = read(fd, block.data(), block.size())) > 0) {
    hash.feed({block.data(), static_cast<size_t>(got)});
    of_file.size += static_cast<uint64_t>(got);
  }
  const int failure = got < 0 ? errno : 0;
  close(fd);
  if (failure != 0) return system_error("read", path, failure);
  of_file.sha256_hex = hash.finish_hex();
  return of_file;
}

}  // namespace pinpipe::aws
