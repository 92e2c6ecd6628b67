// The pins of the built-in table: what the scraper got of each, and what it did not.
#pragma once

#include <array>
#include <cstdint>

#include "posts/builtin/posters.h"
#include "posts/builtin/shape.h"
#include "posts/builtin/shuffle.h"
#include "posts/builtin/texts.h"
#include "posts/builtin/vocabulary.h"
#include "posts/source.h"

namespace pinpipe::posts {

struct Pin {
  using Bits = std::array<uint64_t, 2>;

  const CategoryWords* category = nullptr;
  Scraped scraped{};  ///< texts that it lacks are not made
  Bits unique_id{};   ///< a UUID, version 4
  Bits image_id{};
  uint32_t image_kind = 0;  ///< 0 to 999
  /// A title that is there, and says nothing: empty, or `Untitled`.
  enum class Titled : uint8_t { yes, empty, untitled } titled = Titled::yes;
  Title title;
  Description description;
  Tags tags;
  Poster poster;
};

class BuiltinPins {
 public:
  explicit BuiltinPins(uint64_t table_seed);

  /// The pin of `row`, into `pin`; of `category` rather than that of the row, where one is given.
  void get(Row row, Pin& pin, const CategoryWords* category = nullptr) const;

 private:
  void write_texts(uint32_t place, uint64_t key, Pin& pin) const;

  const Vocabulary& words_;
  BuiltinPosters posters_;
  Shuffle shuffle_;
  uint64_t key_;
};

}  // namespace pinpipe::posts
