// The three datasets of the pipeline.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace pinpipe::record {

enum class Dataset : uint8_t { pin, geo, user };

inline constexpr std::array<Dataset, 3> kDatasets{Dataset::pin, Dataset::geo, Dataset::user};
inline constexpr std::array<std::string_view, 3> kDatasetNames{"pin", "geo", "user"};
/// The tables of the database, in the same order.
inline constexpr std::array<std::string_view, 3> kTableNames{"pinterest_data", "geolocation_data",
                                                             "user_data"};

inline constexpr size_t index_of(Dataset dataset) { return static_cast<size_t>(dataset); }
inline constexpr std::string_view name_of(Dataset dataset) {
  return kDatasetNames[index_of(dataset)];
}
inline constexpr std::string_view table_of(Dataset dataset) {
  return kTableNames[index_of(dataset)];
}

/// Dataset by name, for options that take one.
inline constexpr std::array<std::pair<std::string_view, Dataset>, 3> kDatasetChoices{
    {{"pin", Dataset::pin}, {"geo", Dataset::geo}, {"user", Dataset::user}}};

}  // namespace pinpipe::record
