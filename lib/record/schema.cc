#include "record/schema.h"

namespace pinpipe::record {
namespace {

constexpr Field kRawPin[] = {
    {"index", Type::integer},          {"unique_id", Type::text},
    {"title", Type::text, Mark::weak}, {"description", Type::text, Mark::weak},
    {"poster_name", Type::text},       {"follower_count", Type::text},
    {"tag_list", Type::text},          {"is_image_or_video", Type::text},
    {"image_src", Type::text},         {"downloaded", Type::integer},
    {"save_location", Type::text},     {"category", Type::text},
};
constexpr Field kRawGeo[] = {
    {"ind", Type::integer},   {"timestamp", Type::timestamp, Mark::weak},
    {"latitude", Type::real}, {"longitude", Type::real},
    {"country", Type::text},
};
constexpr Field kRawUser[] = {
    {"ind", Type::integer},           {"first_name", Type::text},
    {"last_name", Type::text},        {"age", Type::integer, Mark::weak},
    {"date_joined", Type::timestamp},
};

constexpr Field kCleanPin[] = {
    {"ind", Type::integer},
    {"unique_id", Type::text},
    {"title", Type::text, Mark::weak},
    {"description", Type::text, Mark::weak},
    {"follower_count", Type::integer},
    {"poster_name", Type::text},
    {"tag_list", Type::text},
    {"is_image_or_video", Type::text},
    {"image_src", Type::text},
    {"save_location", Type::text},
    {"category", Type::text},
};
constexpr Field kCleanGeo[] = {
    {"ind", Type::integer},
    {"country", Type::text},
    {"coordinates", Type::coordinates},
    {"timestamp", Type::timestamp, Mark::weak},
};
constexpr Field kCleanUser[] = {
    {"ind", Type::integer},
    {"user_name", Type::text},
    {"age", Type::integer, Mark::weak},
    {"date_joined", Type::timestamp},
};

}  // namespace

std::span<const Field> raw_schema(Dataset dataset) {
  switch (dataset) {
    case Dataset::pin:
      return kRawPin;
    case Dataset::geo:
      return kRawGeo;
    default:
      return kRawUser;
  }
}

std::span<const Field> clean_schema(Dataset dataset) {
  switch (dataset) {
    case Dataset::pin:
      return kCleanPin;
    case Dataset::geo:
      return kCleanGeo;
    default:
      return kCleanUser;
  }
}

std::string_view raw_key(Dataset dataset) { return dataset == Dataset::pin ? "index" : "ind"; }

}  // namespace pinpipe::record
