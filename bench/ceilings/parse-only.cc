// parse-only FILE: the least that a tool on simdjson can do that checks every byte. Reads a file in
// blocks, cuts it into lines, and parses each line as a whole with simdjson's DOM; nothing is
// looked at, nothing written.
#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <vector>

namespace {

constexpr size_t kBlock = 256 * 1024;

/// Parses the whole lines of [begin, end), and returns what is left of them.
const char* parse_lines(simdjson::dom::parser& parser, const char* begin, const char* end,
                        size_t& lines) {
  while (const void* newline = std::memchr(begin, '\n', static_cast<size_t>(end - begin))) {
    const auto* stop = static_cast<const char*>(newline);
    const auto size = static_cast<size_t>(stop - begin);
    if (parser.parse(begin, size, false).error() == simdjson::SUCCESS) ++lines;
    begin = stop + 1;
  }
  return begin;
}

}  // namespace

int main(int, char** arguments) {
  const int fd = open(arguments[1], O_RDONLY);
  if (fd < 0) return 2;
  std::vector<char> block(2 * kBlock + simdjson::SIMDJSON_PADDING);
  simdjson::dom::parser parser;
  size_t left = 0;
  size_t lines = 0;
  for (ssize_t got; (got = read(fd, block.data() + left, kBlock)) > 0;) {
    const char* const end = block.data() + left + got;
    const char* const rest = parse_lines(parser, block.data(), end, lines);
    left = static_cast<size_t>(end - rest);
    std::memmove(block.data(), rest, left);
  }
  std::printf("%zu\n", lines);
}
