// How often there is what in the course tables: the numbers of the built-in table, in one place.
//
// They are counts over the whole pin table of the course database, or estimates from 2,403 of its
// pins and 10,000 of its geos and users where no count of all is known.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace pinpipe::posts {

struct CategoryCount {
  std::string_view name;
  uint32_t rows;
};

/// The categories, in row order.
inline constexpr std::array<CategoryCount, 13> kCensus{{{"art", 892},
                                                        {"beauty", 746},
                                                        {"christmas", 999},
                                                        {"diy-and-crafts", 830},
                                                        {"education", 863},
                                                        {"event-planning", 748},
                                                        {"finance", 786},
                                                        {"home-decor", 861},
                                                        {"mens-fashion", 852},
                                                        {"quotes", 910},
                                                        {"tattoos", 970},
                                                        {"travel", 859},
                                                        {"vehicles", 838}}};

/// Rows of the whole table; further rows are further tables of the same shape.
inline constexpr uint32_t kTableRows = 11154;

enum class Media : uint8_t { image, video, story, unknown };

/// What of a pin the scraper got, and what it could not get.
struct Scraped {
  uint32_t rows;
  Media media;
  bool image_src = true;    ///< and so `downloaded`
  bool description = true;  ///< stories never have one
  bool account = true;      ///< title, poster name and follower count: they fail only together
  bool tags = true;
};

/// All there is, most frequent first. Marginals are those of the census: 332 videos, 895 stories,
/// 323 without image, 182 without description that are no stories, 88 without title, 171 without
/// tags, 7 of unknown media.
inline constexpr std::array<Scraped, 11> kScraped{{{9687, Media::image},
                                                   {560, Media::story, true, false},
                                                   {312, Media::video},
                                                   {235, Media::story, false, false},
                                                   {170, Media::image, true, false},
                                                   {88, Media::story, false, false, false, false},
                                                   {63, Media::image, true, true, true, false},
                                                   {12, Media::video, true, false},
                                                   {12, Media::story, true, false, true, false},
                                                   {8, Media::video, true, true, true, false},
                                                   {7, Media::unknown, false}}};

namespace detail {
template <class Counts>
constexpr uint32_t rows_in(const Counts& counts) {
  uint32_t rows = 0;
  for (const auto& count : counts) rows += count.rows;
  return rows;
}
}  // namespace detail

static_assert(detail::rows_in(kCensus) == kTableRows);
static_assert(detail::rows_in(kScraped) == kTableRows);

}  // namespace pinpipe::posts
