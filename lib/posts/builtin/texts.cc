#include "posts/builtin/texts.h"

#include <array>

#include "base/utf8.h"

namespace pinpipe::posts {
namespace {

using namespace std::string_view_literals;

constexpr auto kCutMark = "\u2026"sv;             // …
constexpr auto kCutMarkBlank = "\u2026\u00a0"sv;  // … and a blank that does not break
constexpr uint32_t kTags = 9;

constexpr std::array<std::string_view, kOddTitles - 1> kOddTitle{
    "Two Ideas for One Rainy Sunday\nand a Third for the Evening",
    "Don\u0092t Throw It Away Yet",  // Windows-1252 taken for Latin-1
    "Before \\ After: What a Weekend Can Do",
    "Cre\u0300me Bru\u0302le\u0301e Colors for the Whole House",  // letters and accents apart
    "Идеи для тёплого вечера",
    "手作りの小さなアイデア",
    "Простые вещи, красивый результат",
    "周末慢生活灵感",
    "Save This \\o/ You Will Need It",
};

constexpr std::array<std::string_view, kOddDescriptions> kOddDescription{
    "רעיונות פשוטים לבית חם ונעים, צעד אחר צעד.",
    "The whole guide is at https://www.example.com/ideas/weekend?from=pin&n=12 and it is free.",
    "Read more: http://example.org/a-slow-morning and tell us what you think!",
    "Paper \\ scissors \\ glue, that is all it takes.",
    "שמרו את הפין ונסו בסוף השבוע.",
    "Saved under C:\\ideas\\autumn, found again, and finally done.",
    "Простой план на выходные для всей семьи.",
    "www.example.net/plan | A plan for people who do not like plans \\o/",
};

const SubjectWords& pick_subject(Noise& noise, const CategoryWords& words) {
  return pick(noise, words.subjects);
}

const Phrase& pick_phrase(Noise& noise, const Phrases& phrases, Script script) {
  return pick(noise, phrases[static_cast<size_t>(script)]);
}

size_t size_of(const Phrase& phrase, const SubjectWords& subject) {
  return phrase.code_points + (phrase.subject == Phrase::Subject::none ? 0u : subject.code_points);
}

template <class Text>
void append_phrase(const Phrase& phrase, const SubjectWords& subject, Text& to) {
  to.append(phrase.before);
  if (phrase.subject == Phrase::Subject::lower) to.append(subject.lower);
  if (phrase.subject == Phrase::Subject::title) to.append(subject.title);
  to.append(phrase.after);
}

/// Shares in a thousand: emoji, others beyond ASCII, quotes.
Script pick_script(Noise& noise, uint32_t emoji, uint32_t accented, uint32_t quoted) {
  const uint32_t at = noise.below(1000);
  if (at < emoji) return Script::emoji;
  if (at < emoji + accented) return Script::accented;
  return at < emoji + accented + quoted ? Script::quoted : Script::plain;
}

/// Sentences until `enough` code points: the site shows the start of them.
void write_cut(Noise& noise, const CategoryWords& words, Description& description) {
  const auto mark = noise.chance(850) ? kCutMarkBlank : kCutMark;
  const auto& subject = pick_subject(noise, words);
  const size_t most = kLongestDescription - count_code_points(mark);
  Description whole;
  size_t size = 0;
  auto script = pick_script(noise, 10, 60, 20);
  while (size < most) {
    const auto& sentence = pick_phrase(noise, words.sentences, script);
    append_phrase(sentence, subject, whole);
    whole.append(" ");
    size += size_of(sentence, subject) + 1;
    script = Script::plain;
  }
  description.append(first_code_points(whole.view(), most));
  description.append(mark);
}

/// As many sentences as were meant to be there, and fit.
void write_whole(Noise& noise, const CategoryWords& words, Description& description) {
  const uint32_t length = noise.below(100);
  const int wanted = length < 12 ? 1 : length < 45 ? 2 : 3;
  const auto& subject = pick_subject(noise, words);
  auto script = pick_script(noise, 15, 80, 20);
  size_t size = 0;
  for (int i = 0, tries = 0; i < wanted && tries < 9; ++tries) {
    const auto& sentence = pick_phrase(noise, words.sentences, script);
    const size_t more = size_of(sentence, subject) + (i > 0 ? 1 : 0);
    if (size + more > kLongestDescription) continue;
    if (i++ > 0) description.append(" ");
    append_phrase(sentence, subject, description);
    size += more;
    script = Script::plain;
  }
}

}  // namespace

void write_title(Noise& noise, const CategoryWords& words, Title& title) {
  const auto& subject = pick_subject(noise, words);
  const auto script = pick_script(noise, 10, 90, 10);
  const uint32_t form = noise.below(1000);
  if (script == Script::plain && form < 130) {
    title.append(subject.title);
    return;
  }
  append_phrase(pick_phrase(noise, words.titles, script), subject, title);
  if (form < 945) return;
  title.append(form < 970 ? " | "sv : " - "sv);
  append_phrase(pick_phrase(noise, words.titles, Script::plain), pick_subject(noise, words), title);
}

void write_description(Noise& noise, const CategoryWords& words, Description& description) {
  if (noise.chance(370)) {
    write_cut(noise, words, description);
  } else {
    write_whole(noise, words, description);
  }
}

void write_tags(Noise& noise, const CategoryWords& words, Tags& tags) {
  // Steps of up to a ninth of all tags: nine of them never meet again.
  const auto count = static_cast<uint32_t>(words.tags.size());
  uint32_t at = noise.below(count);
  const uint32_t step = 1 + noise.below(count / kTags);
  const uint32_t wanted = noise.chance(985) ? kTags : 1 + noise.below(kTags - 1);
  const bool apostrophe = !words.apostrophe_tags.empty() && noise.chance(32);
  for (uint32_t i = 0; i < wanted; ++i) {
    const auto tag = apostrophe && i == 0 ? pick(noise, words.apostrophe_tags) : words.tags[at];
    if (tags.size() + 1 + tag.size() > kLongestTags) return;
    if (i > 0) tags.append(",");
    tags.append(tag);
    at = (at + step) % count;
  }
}

void write_odd_title(uint32_t which, Noise& noise, const CategoryWords& words, Title& title) {
  if (which < kOddTitle.size()) return title.append(kOddTitle[which]);
  Title endless;  // the longest
  while (endless.size() < kLongestTitle) {
    append_phrase(pick_phrase(noise, words.titles, Script::plain), pick_subject(noise, words),
                  endless);
    endless.append(", ");
  }
  title.append(first_code_points(endless.view(), kLongestTitle));
}

void write_odd_description(uint32_t which, Description& description) {
  description.append(kOddDescription[which]);
}

}  // namespace pinpipe::posts
