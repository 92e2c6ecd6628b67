// The posters of the built-in table: a name, and how many follow it, the same wherever the name
// appears.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "posts/builtin/bounded_text.h"
#include "posts/builtin/groups.h"
#include "posts/builtin/noise.h"
#include "posts/builtin/shuffle.h"
#include "posts/builtin/vocabulary.h"
#include "posts/source.h"

namespace pinpipe::posts {

using PosterName = BoundedText<1200>;  ///< 268 characters in the tables

/// How many follow a poster: as the tables write it, and as it is. 31000 is `31k`.
struct Followers {
  BoundedText<8> written;
  uint32_t number = 0;
};

/// The followers that a share `part`/`of` of all posts do not reach. Quantiles
/// 5/10/25/50/75/90/95/99 % are 30, 186, 3000, 31000, 209000, 942000, 2000000, 5000000, the most
/// are 15M. REQUIRES: part < of
Followers followers_at(uint32_t part, uint32_t of);

/// `number` as the tables write it, in whole thousands or millions, rounded down.
Followers written_as_in_tables(uint32_t number);

struct Poster {
  PosterName name;
  Followers followers;
};

class BuiltinPosters {
 public:
  explicit BuiltinPosters(uint64_t table_seed);

  /// The poster of `row`, into `poster`.
  void get(Row row, Poster& poster) const;

 private:
  void write_name(Noise& noise, PosterName& name) const;
  void write_house(Noise& noise, PosterName& name) const;

  static constexpr uint32_t kQuantiles = 4096;

  const Vocabulary& words_;
  Groups groups_;
  Shuffle shuffle_;
  uint64_t key_;
  std::array<Followers, kQuantiles> followers_;
};

}  // namespace pinpipe::posts
