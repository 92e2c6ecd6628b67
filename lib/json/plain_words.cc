#include "json/plain_words.h"

#include <algorithm>

#include "json/token_index.h"

namespace pinpipe::json {
namespace {

bool is_blank_or_control(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }
bool continues_character(char c) { return (c & 0xC0) == 0x80; }

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
  size_t size = std::min(words.size(), most);
  while (size > 0 && size < words.size() && continues_character(words[size])) --size;
  const bool cut = size < words.size() || text.size() > 4 * most;
  words.resize(size);
  if (!is_utf8(words)) std::erase_if(words, [](char c) { return (c & 0x80) != 0; });
  while (words.ends_with(' ')) words.pop_back();
  return cut ? words + "..." : words;
}

}  // namespace pinpipe::json
