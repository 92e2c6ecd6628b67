// The words of the built-in table: what titles, descriptions, tags and names are put together from.
//
// They are files, vocabulary/*.txt, that the build puts into the library. A file of a
// category has the sections [subject] (noun phrases), [title] and [sentence] (templates with
// {Subject}, in title case, or {subject}) and [tag]; names.txt has [first], [last], [poster] and
// [poster-end]; countries.txt has lines NAME<tab>WEIGHT. One entry a line. Views into the
// vocabulary live as long as the process.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pinpipe::posts {

/// One file, as it is.
struct VocabularyText {
  std::string_view name;  ///< without .txt
  std::string_view text;
};
/// All files, by name. The build writes this function (embed_vocabulary.cmake).
std::span<const VocabularyText> vocabulary_texts();

/// What there is to see in a text, by its rarest character. The tables have a share of each.
enum class Script : uint8_t { plain, quoted, accented, emoji };
inline constexpr size_t kScripts = 4;

/// The `Script` of a text: emoji with a character beyond U+FFFF, accented with any other beyond
/// ASCII, quoted with '"'.
Script script_of(std::string_view text);

/// A template: `before`, a subject in one of two cases or none, `after`.
struct Phrase {
  enum class Subject : uint8_t { none, lower, title };
  std::string_view before;
  std::string_view after;
  Subject subject = Subject::none;
  uint16_t code_points = 0;  ///< without the subject
};
using Phrases = std::array<std::vector<Phrase>, kScripts>;  ///< by Script; none is empty

struct SubjectWords {
  std::string lower;
  std::string title;
  uint16_t code_points = 0;
};

struct CategoryWords {
  std::string_view name;
  std::vector<SubjectWords> subjects;  ///< plain ones
  Phrases titles;
  Phrases sentences;
  std::vector<std::string_view> tags;             ///< without apostrophes
  std::vector<std::string_view> apostrophe_tags;  ///< "Men's Watches"; may be empty
};

struct Country {
  std::string_view name;
  uint32_t weight;  ///< rows of 10,000
};

struct Vocabulary {
  std::vector<CategoryWords> categories;  ///< as kCensus has them (builtin_shape.h)
  std::vector<std::string_view> first_names;
  std::vector<std::string_view> last_names;
  std::vector<std::string_view> posters;
  std::vector<std::string_view> poster_ends;
  std::vector<Country> countries;

  /// The one that is built in, parsed at the first call. Safe from all threads.
  static const Vocabulary& builtin();
};

}  // namespace pinpipe::posts
