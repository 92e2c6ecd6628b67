#include "record/schema.h"

#include <algorithm>
#include <iterator>

#include "json/string.h"

namespace pinpipe::record {
namespace {

std::string_view mark_of(const Field& field) {
  if (std::ranges::find(kKeyNames, field.name) != std::end(kKeyNames)) return "key";
  return field.mark == Mark::weak ? "weak" : "strong";
}

void append_fields(const Schema& schema, std::string_view kind, std::span<const Field> fields,
                   std::string& to) {
  for (const auto& field : fields) {
    to += "{\"dataset\":" + json::quoted(schema.name) + ",\"table\":" + json::quoted(schema.table) +
          ",\"schema\":" + json::quoted(kind) + ",\"name\":" + json::quoted(field.name) +
          ",\"type\":" + json::quoted(name_of(field.type)) +
          ",\"mark\":" + json::quoted(mark_of(field));
    if (!field.sql.empty()) to += ",\"sql\":" + json::quoted(field.sql);
    to += "}\n";
  }
}

}  // namespace

std::string_view name_of(Type type) {
  constexpr std::array<std::string_view, 5> kNames{"integer", "text", "real", "timestamp",
                                                   "coordinates"};
  return kNames[static_cast<size_t>(type)];
}

std::string schema_text() {
  std::string text;
  for (const auto& schema : kSchemas) {
    append_fields(schema, "raw", schema.raw, text);
    append_fields(schema, "clean", schema.clean, text);
  }
  return text;
}

}  // namespace pinpipe::record
