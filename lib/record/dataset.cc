#include "record/dataset.h"

namespace pinpipe::record {

std::optional<Dataset> dataset_named(std::string_view name) {
  for (const Dataset dataset : kDatasets) {
    if (name_of(dataset) == name) return dataset;
  }
  return std::nullopt;
}

}  // namespace pinpipe::record
