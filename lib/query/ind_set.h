// Which `ind` have been seen, and which of their records.
//
// Those that fit 32 bits, which all of the pipeline's do, are kept as compressed bitmaps, one for
// each set of datasets: 11,000 posts take 2 KB, a million 130 KB, some 6 bytes each where they are
// scattered. Others take some 40 bytes each.
#pragma once

#include <array>
#include <cstdint>
#include <roaring/roaring.hh>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/fields.h"

namespace pinpipe::query {

class IndSet {
 public:
  /// The records of `ind` that were added; 0 where it has never been, or was taken out.
  Datasets find(int64_t ind) const;

  /// Sets them in place of those it `had`; 0 takes `ind` out. REQUIRES: find(ind) == had
  void set(int64_t ind, Datasets had, Datasets datasets);

  /// How many have exactly these records.
  uint64_t count(Datasets datasets) const { return counts_[datasets]; }

  uint64_t memory() const;

  template <class Archive>
  void visit(Archive& archive) {
    archive(counts_);
    for (Roaring& bitmap : small_) {
      std::string bytes = Archive::kReads ? "" : bytes_of(bitmap);
      archive(bytes);
      if constexpr (Archive::kReads) {
        if (!archive.ok() || !read(bytes, bitmap)) return archive.fail();
      }
    }
    std::vector<Large> large;
    for (const auto& [ind, datasets] : large_) large.push_back({ind, datasets});
    archive(large);
    for (const Large& each : large) large_[each.ind] = each.datasets;
  }

 private:
  struct Large {
    int64_t ind;
    Datasets datasets;
  };
  static std::string bytes_of(const Roaring& bitmap);
  static bool read(const std::string& bytes, Roaring& bitmap);
  static bool is_small(int64_t ind) { return ind >= 0 && ind <= UINT32_MAX; }

  std::array<Roaring, kAllDatasets + 1> small_;  // by Datasets
  std::array<uint64_t, kAllDatasets + 1> counts_{};
  std::unordered_map<int64_t, Datasets> large_;
  // What bitmaps take is found by going through them: not every time.
  mutable uint64_t measured_at_ = 0;
  mutable uint64_t measured_ = 0;
};

}  // namespace pinpipe::query
