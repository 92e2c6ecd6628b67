// The three datasets of the pipeline: one table of what their records have, raw, as the database
// has them, and clean, as the cleaners write them.
//
// All who look into records read it: the cleaners and query, the built-in posts, MariaDB's tables.
// Python has it as `clean-posts --schema` prints it (scripts/python/pinpipe_schema.py). To add a
// field, add its row.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "json/field_ids.h"

namespace pinpipe::record {

enum class Dataset : uint8_t { pin, geo, user };

inline constexpr std::array<Dataset, 3> kDatasets{Dataset::pin, Dataset::geo, Dataset::user};
inline constexpr size_t index_of(Dataset dataset) { return static_cast<size_t>(dataset); }

/// JSON types of clean fields; of raw ones, what the database has.
enum class Type : uint8_t { integer, text, real, timestamp, coordinates };

/// What a key tells of the record that has it: of which dataset it is. Weak ones others have, too.
enum class Mark : uint8_t { strong, weak };

struct Field {
  std::string_view name;
  Type type;
  std::string_view sql = {};  ///< of a raw field: its column in MariaDB
  Mark mark = Mark::strong;
};

/// The two spellings of the key, in every dataset; where both are there, the first counts.
inline constexpr std::string_view kKeyNames[] = {"ind", "index"};

// clang-format off
/// In the database's column order.
inline constexpr Field kRawPin[] = {
    {"index",             Type::integer,   "INT NOT NULL PRIMARY KEY"},
    {"unique_id",         Type::text,      "VARCHAR(64)"},
    {"title",             Type::text,      "TEXT",         Mark::weak},
    {"description",       Type::text,      "TEXT",         Mark::weak},
    {"poster_name",       Type::text,      "TEXT"},
    {"follower_count",    Type::text,      "VARCHAR(32)"},
    {"tag_list",          Type::text,      "TEXT"},
    {"is_image_or_video", Type::text,      "VARCHAR(64)"},
    {"image_src",         Type::text,      "TEXT"},
    {"downloaded",        Type::integer,   "INT"},
    {"save_location",     Type::text,      "TEXT"},
    {"category",          Type::text,      "VARCHAR(255)"},
};
inline constexpr Field kRawGeo[] = {
    {"ind",               Type::integer,   "INT NOT NULL PRIMARY KEY"},
    {"timestamp",         Type::timestamp, "DATETIME",     Mark::weak},
    {"latitude",          Type::real,      "FLOAT"},
    {"longitude",         Type::real,      "FLOAT"},
    {"country",           Type::text,      "VARCHAR(255)"},
};
inline constexpr Field kRawUser[] = {
    {"ind",               Type::integer,   "INT NOT NULL PRIMARY KEY"},
    {"first_name",        Type::text,      "VARCHAR(255)"},
    {"last_name",         Type::text,      "VARCHAR(255)"},
    {"age",               Type::integer,   "INT",          Mark::weak},
    {"date_joined",       Type::timestamp, "DATETIME"},
};
/// In the order they are written.
inline constexpr Field kCleanPin[] = {
    {"ind",               Type::integer},
    {"unique_id",         Type::text},
    {"title",             Type::text,      "",             Mark::weak},
    {"description",       Type::text,      "",             Mark::weak},
    {"follower_count",    Type::integer},
    {"poster_name",       Type::text},
    {"tag_list",          Type::text},
    {"is_image_or_video", Type::text},
    {"image_src",         Type::text},
    {"save_location",     Type::text},
    {"category",          Type::text},
};
inline constexpr Field kCleanGeo[] = {
    {"ind",               Type::integer},
    {"country",           Type::text},
    {"coordinates",       Type::coordinates},
    {"timestamp",         Type::timestamp, "",             Mark::weak},
};
inline constexpr Field kCleanUser[] = {
    {"ind",               Type::integer},
    {"user_name",         Type::text},
    {"age",               Type::integer,   "",             Mark::weak},
    {"date_joined",       Type::timestamp},
};
// clang-format on

struct Schema {
  std::string_view name;   ///< of the dataset, and of its member in a post
  std::string_view table;  ///< of the database
  std::span<const Field> raw;
  std::span<const Field> clean;
};

/// By index_of(dataset).
inline constexpr std::array<Schema, 3> kSchemas{{
    {"pin", "pinterest_data", kRawPin, kCleanPin},
    {"geo", "geolocation_data", kRawGeo, kCleanGeo},
    {"user", "user_data", kRawUser, kCleanUser},
}};

/// Fields of a schema, raw or clean, and one more.
inline constexpr size_t kMaxFields = 16;
static_assert(
    [] {
      for (const auto& schema : kSchemas)
        if (schema.raw.size() >= kMaxFields || schema.clean.size() >= kMaxFields) return false;
      return true;
    }(),
    "raise kMaxFields");

inline constexpr std::string_view name_of(Dataset dataset) {
  return kSchemas[index_of(dataset)].name;
}
inline constexpr std::string_view table_of(Dataset dataset) {
  return kSchemas[index_of(dataset)].table;
}
inline constexpr std::span<const Field> raw_schema(Dataset dataset) {
  return kSchemas[index_of(dataset)].raw;
}
inline constexpr std::span<const Field> clean_schema(Dataset dataset) {
  return kSchemas[index_of(dataset)].clean;
}
/// The key that says which row of its table a raw record is: "index" for pins, else "ind".
inline constexpr std::string_view raw_key(Dataset dataset) { return raw_schema(dataset)[0].name; }

/// Dataset by name, for options that take one.
inline constexpr std::array<std::pair<std::string_view, Dataset>, 3> kDatasetChoices{
    {{name_of(Dataset::pin), Dataset::pin},
     {name_of(Dataset::geo), Dataset::geo},
     {name_of(Dataset::user), Dataset::user}}};

/// The names of the datasets, and all keys of their schemas: what scanners of records know.
inline constexpr json::FieldIds kFieldIds = [] {
  std::array<std::string_view, 64> keys{};
  size_t count = 0;
  for (const auto& schema : kSchemas) keys.at(count++) = schema.name;
  for (const auto& schema : kSchemas) {
    for (const auto& field : schema.raw) keys.at(count++) = field.name;
    for (const auto& field : schema.clean) keys.at(count++) = field.name;
  }
  return json::FieldIds(std::span(keys).first(count));
}();

/// That of the name of a dataset: the key of its record in a post.
inline constexpr json::FieldId id_of(Dataset dataset) { return kFieldIds.find(name_of(dataset)); }

std::string_view name_of(Type type);

/// The table as NDJSON, a field a line:
/// {"dataset","table","schema":"raw"|"clean","name","type","mark":"key"|"strong"|"weak",["sql"]}
std::string schema_text();

}  // namespace pinpipe::record
