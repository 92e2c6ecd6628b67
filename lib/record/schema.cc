#include "record/schema.h"

#include <algorithm>
#include <iterator>

#include "json/writer.h"

namespace pinpipe::record {
namespace {

std::string_view mark_of(const Field& field) {
  if (std::ranges::find(kKeyNames, field.name) != std::end(kKeyNames)) return "key";
  return field.mark == Mark::weak ? "weak" : "strong";
}

void append_fields(const Schema& schema, std::string_view kind, std::span<const Field> fields,
                   std::string& to) {
  for (const auto& field : fields) {
    json::Writer writer(to);
    writer.begin_object();
    writer.member("dataset", schema.name);
    writer.member("table", schema.table);
    writer.member("schema", kind);
    writer.member("name", field.name);
    writer.member("type", name_of(field.type));
    writer.member("mark", mark_of(field));
    if (!field.sql.empty()) writer.member("sql", field.sql);
    writer.end_object();
    to += '\n';
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
