#include "json/plain_words.h"

#include "base/utf8.h"
#include "json/token_index.h"

namespace pinpipe::json {
namespace {

bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }

}  // namespace

std::string plain_words(std::string_view text, size_t most) {
  std::string words;
  for (const char c : text.substr(0, 4 * most)) {
    if (!is_blank_or_control(c)) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  const size_t size = cut_to_bytes(words, most).size();
  const bool cut = size < words.size() || text.size() > 4 * most;
  words.resize(size);
  if (!is_utf8(words)) std::erase_if(words, [](char c) { return (c & 0x80) != 0; });
  while (words.ends_with(' ')) words.pop_back();
  return cut ? words + "..." : words;
}

}  // namespace pinpipe::json
