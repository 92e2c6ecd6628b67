#include "posts/builtin/pins.h"

namespace pinpipe::posts {
namespace {

// Rows of each kind of oddity in a table, the first among those of which all was scraped.
constexpr uint32_t kOddRows = 2;
constexpr uint32_t kEmptyTitles = 3;
constexpr uint32_t kUntitled = 3;

constexpr uint32_t kOddTitlesEnd = kOddRows * kOddTitles;
constexpr uint32_t kEmptyTitlesEnd = kOddTitlesEnd + kEmptyTitles;
constexpr uint32_t kUntitledEnd = kEmptyTitlesEnd + kUntitled;
constexpr uint32_t kOddDescriptionsEnd = kUntitledEnd + kOddRows * kOddDescriptions;
static_assert(kOddDescriptionsEnd <= kScraped[0].rows);

/// The count of `counts` that place `place` falls into.
template <class Counts>
size_t count_at(const Counts& counts, uint32_t place) {
  size_t i = 0;
  for (; place >= counts[i].rows; ++i) place -= counts[i].rows;
  return i;
}

/// Version 4, variant 1 (RFC 9562).
Pin::Bits uuid(Noise& noise) {
  const uint64_t high = (noise.next() & ~0xf000ull) | 0x4000ull;
  const uint64_t low = noise.next() >> 2 | 0x8000000000000000ull;
  return {high, low};
}

}  // namespace

BuiltinPins::BuiltinPins(uint64_t table_seed)
    : words_(Vocabulary::builtin()),
      posters_(table_seed),
      shuffle_(kTableRows, key_of(table_seed, 5)),
      key_(key_of(table_seed, 6)) {}

void BuiltinPins::get(Row row, Pin& pin, const CategoryWords* category) const {
  const auto row_of_table = static_cast<uint32_t>(row % kTableRows);
  const uint32_t place = shuffle_.at(row_of_table, row / kTableRows);
  Noise noise(key_of(key_, row));
  pin.category = category ? category : &words_.categories[count_at(kCensus, row_of_table)];
  pin.scraped = kScraped[count_at(kScraped, place)];
  pin.unique_id = uuid(noise);
  pin.image_id = {noise.next(), noise.next()};
  pin.image_kind = noise.below(1000);
  write_texts(place, noise.next(), pin);
  if (pin.scraped.account) posters_.get(row, pin.poster);
}

void BuiltinPins::write_texts(uint32_t place, uint64_t key, Pin& pin) const {
  Noise noise(key);
  pin.title.clear();
  pin.description.clear();
  pin.tags.clear();
  pin.titled = Pin::Titled::yes;
  if (place < kOddTitlesEnd) {
    write_odd_title(place / kOddRows, noise, *pin.category, pin.title);
  } else if (place < kEmptyTitlesEnd) {
    pin.titled = Pin::Titled::empty;
  } else if (place < kUntitledEnd) {
    pin.titled = Pin::Titled::untitled;
  } else if (pin.scraped.account) {
    write_title(noise, *pin.category, pin.title);
  }
  if (place >= kUntitledEnd && place < kOddDescriptionsEnd) {
    write_odd_description((place - kUntitledEnd) / kOddRows, pin.description);
  } else if (pin.scraped.description) {
    write_description(noise, *pin.category, pin.description);
  }
  if (pin.scraped.tags) write_tags(noise, *pin.category, pin.tags);
}

}  // namespace pinpipe::posts
