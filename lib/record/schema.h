// The schemas: raw, as the database has them, and clean, as the cleaners write them. One table
// each.
#pragma once

#include <span>
#include <string_view>

#include "record/dataset.h"

namespace pinpipe::record {

/// SQL types of the course database (lib/posts, load-tables) and JSON types of clean
/// records.
enum class Type : uint8_t { integer, text, real, timestamp, coordinates };

/// What a key tells of the record that has it: of which dataset it is. Weak ones others have, too.
enum class Mark : uint8_t { strong, weak };

struct Field {
  std::string_view name;
  Type type;
  Mark mark = Mark::strong;
};

/// The two spellings of the key, in every dataset; where both are there, the first counts.
inline constexpr std::string_view kKeyNames[] = {"ind", "index"};

/// Raw fields in the database's column order.
std::span<const Field> raw_schema(Dataset dataset);
/// Clean fields in the order they are written.
std::span<const Field> clean_schema(Dataset dataset);

/// The key that says which row of its table a raw record is: "index" for pins, else "ind".
std::string_view raw_key(Dataset dataset);

}  // namespace pinpipe::record
