#include "http/words.h"

#include <algorithm>

#include "json/string.h"
#include "json/token_index.h"

namespace pinpipe::http {
namespace {

constexpr size_t kShortestSecret = 6;

bool is_blank(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; }
bool continues_character(char c) { return (c & 0xC0) == 0x80; }

}  // namespace

std::string plain_words(std::string_view text, size_t most) {
  std::string words;
  for (const char c : text.substr(0, 4 * most)) {
    if (!is_blank(c)) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  size_t size = std::min(words.size(), most);
  while (size > 0 && size < words.size() && continues_character(words[size])) --size;
  const bool cut = size < words.size() || text.size() > 4 * most;
  words.resize(size);
  if (!json::is_utf8(words)) std::erase_if(words, [](char c) { return (c & 0x80) != 0; });
  while (words.ends_with(' ')) words.pop_back();
  return cut ? words + "..." : words;
}

void Secrets::add(std::string_view secret) {
  if (secret.size() < kShortestSecret) return;
  const MutexLock lock(mutex_);
  all_.emplace_back(secret);
  auto quoted = json::quoted(secret);
  quoted = quoted.substr(1, quoted.size() - 2);
  if (quoted != secret) all_.push_back(std::move(quoted));
  // The longest first: one may be the start of another.
  std::ranges::sort(all_, [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

std::string Secrets::hidden_in(std::string text) const {
  const MutexLock lock(mutex_);
  for (const auto& secret : all_) {
    for (size_t at = 0; (at = text.find(secret, at)) != text.npos; at += 3) {
      text.replace(at, secret.size(), "***");
    }
  }
  return text;
}

}  // namespace pinpipe::http
