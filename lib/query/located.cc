#include "query/located.h"

#include <algorithm>

#include "query/clean_values.h"
#include "record/schema.h"

namespace pinpipe::query {
namespace {

using json::Kind;
using json::Member;
using record::Dataset;

/// By what a key is named, what is to be known of it in each dataset.
class Places {
 public:
  static constexpr uint8_t kElsewhere = 15;  ///< the last one; behind all fields of a schema

  Places() {
    for (const Dataset dataset : record::kDatasets) {
      auto& of = of_[index_of(dataset)];
      of.fill({kElsewhere, 0});
      const auto schema = record::clean_schema(dataset);
      for (uint8_t i = 0; i < schema.size(); ++i) {
        of[record::kFieldIds.find(schema[i].name)] = {i, unfit_kinds(schema[i])};
      }
    }
  }

  struct Place {
    uint8_t at;     ///< in the clean schema
    uint8_t unfit;  ///< kinds of values that a clean record cannot have there, as bits
  };
  const auto& operator[](Dataset dataset) const { return of_[index_of(dataset)]; }

 private:
  static uint8_t unfit_kinds(const record::Field& field) {
    uint8_t kinds = 0;
    for (const Kind kind :
         {Kind::null, Kind::boolean, Kind::number, Kind::string, Kind::object, Kind::array}) {
      if (!may_be(field, kind)) kinds = static_cast<uint8_t>(kinds | 1u << unsigned(kind));
    }
    return kinds;
  }

  std::array<std::array<Place, json::kUnknownField + 1>, 3> of_;
};
const Places kPlaces;

const Member kMissing;

}  // namespace

bool Located::find(Dataset dataset, const json::Members& members, const json::ObjectView& record) {
  static_assert(Places::kElsewhere < kMostFields);
  const auto& places = kPlaces[dataset];
  fields_.fill(&kMissing);
  unsigned unfit = 0;
  members.each(record.begin, record.end, [&](const Member& member, uint32_t) {
    const auto place = places[member.field];
    fields_[place.at] = &member;
    unfit |= place.unfit >> static_cast<unsigned>(member.kind);
  });
  return (unfit & 1) == 0;
}

}  // namespace pinpipe::query
