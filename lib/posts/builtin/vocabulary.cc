#include "posts/builtin/vocabulary.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "base/utf8.h"
#include "posts/builtin/shape.h"

namespace pinpipe::posts {
namespace {

std::string_view text_named(std::string_view name) {
  const auto texts = vocabulary_texts();
  const auto found = std::ranges::find(texts, name, &VocabularyText::name);
  return found == texts.end() ? std::string_view() : found->text;
}

/// The lines of `text` that are not empty.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The lines between `heading` and the next one.
std::vector<std::string_view> section(std::string_view text, std::string_view heading) {
  std::vector<std::string_view> entries;
  bool inside = false;
  for (const auto line : lines_of(text)) {
    if (line.front() == '[') {
      inside = line == heading;
    } else if (inside) {
      entries.push_back(line);
    }
  }
  return entries;
}

Phrase to_phrase(std::string_view line) {
  static constexpr std::string_view kLower = "{subject}";
  static constexpr std::string_view kTitle = "{Subject}";
  Phrase phrase{line, "", Phrase::Subject::none, 0};
  const size_t lower = line.find(kLower);
  const size_t at = std::min(lower, line.find(kTitle));
  if (at != line.npos) {
    phrase.subject = at == lower ? Phrase::Subject::lower : Phrase::Subject::title;
    phrase.before = line.substr(0, at);
    phrase.after = line.substr(at + kLower.size());
  }
  phrase.code_points =
      static_cast<uint16_t>(count_code_points(phrase.before) + count_code_points(phrase.after));
  return phrase;
}

Phrases to_phrases(const std::vector<std::string_view>& lines) {
  Phrases phrases;
  for (const auto line : lines)
    phrases[static_cast<size_t>(script_of(line))].push_back(to_phrase(line));
  for (auto& of_script : phrases) {
    if (of_script.empty()) of_script = phrases[0];
  }
  return phrases;
}

bool stays_lower(std::string_view word) {
  static constexpr std::string_view kSmall[] = {"a",  "an", "and", "at",  "by", "for", "from", "in",
                                                "of", "on", "or",  "the", "to", "vs",  "with"};
  return std::ranges::find(kSmall, word) != std::end(kSmall);
}

std::string in_title_case(std::string_view text) {
  std::string title(text);
  for (size_t at = 0; at < title.size();) {
    const size_t end = std::min(title.find(' ', at), title.size());
    const bool small = at > 0 && stays_lower(text.substr(at, end - at));
    if (!small) title[at] = upper_case(title[at]);
    at = end + 1;
  }
  return title;
}

std::vector<SubjectWords> to_subjects(const std::vector<std::string_view>& lines) {
  std::vector<SubjectWords> subjects;
  for (const auto line : lines) {
    if (script_of(line) != Script::plain) continue;  // else plain phrases would not stay plain
    subjects.push_back(
        {std::string(line), in_title_case(line), static_cast<uint16_t>(line.size())});
  }
  return subjects;
}

std::vector<Country> to_countries(std::string_view text) {
  std::vector<Country> countries;
  for (const auto line : lines_of(text)) {
    const size_t tab = line.find('\t');
    if (tab == line.npos) continue;
    Country country{line.substr(0, tab), 0};
    std::from_chars(line.data() + tab + 1, line.data() + line.size(), country.weight);
    countries.push_back(country);
  }
  return countries;
}

CategoryWords to_category(std::string_view name) {
  const auto text = text_named(name);
  CategoryWords words{name,
                      to_subjects(section(text, "[subject]")),
                      to_phrases(section(text, "[title]")),
                      to_phrases(section(text, "[sentence]")),
                      {},
                      {}};
  for (const auto tag : section(text, "[tag]")) {
    const bool apostrophe = tag.find('\'') != tag.npos || tag.find("\u2019") != tag.npos;
    (apostrophe ? words.apostrophe_tags : words.tags).push_back(tag);
  }
  return words;
}

Vocabulary parse() {
  Vocabulary words;
  for (const auto& category : kCensus) words.categories.push_back(to_category(category.name));
  const auto names = text_named("names");
  words.first_names = section(names, "[first]");
  words.last_names = section(names, "[last]");
  words.posters = section(names, "[poster]");
  words.poster_ends = section(names, "[poster-end]");
  words.countries = to_countries(text_named("countries"));
  return words;
}

}  // namespace

Script script_of(std::string_view text) {
  auto script = Script::plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const auto seen = byte >= 0xf0   ? Script::emoji
                      : byte >= 0x80 ? Script::accented
                      : byte == '"'  ? Script::quoted
                                     : Script::plain;
    script = std::max(script, seen);
  }
  return script;
}

const Vocabulary& Vocabulary::builtin() {
  static const Vocabulary vocabulary = parse();
  return vocabulary;
}

}  // namespace pinpipe::posts
