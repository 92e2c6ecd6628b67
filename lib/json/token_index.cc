#include "json/token_index.h"

#include <simdjson.h>

#include <algorithm>
#include <new>

namespace pinpipe::json {

struct TokenIndex::Stage {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  size_t capacity = 0;

  /// Room for the tokens of `size` bytes; what was found before is lost, also where that throws.
  simdjson::error_code reserve(size_t size) {
    if (size <= capacity) return simdjson::SUCCESS;
    capacity = 0;
    parser.reset();  // first, so that there are never two
    const auto error =
        simdjson::get_active_implementation()->create_dom_parser_implementation(size, 1, parser);
    if (error == simdjson::MEMALLOC) throw std::bad_alloc();
    if (error == simdjson::SUCCESS) capacity = size;
    return error;
  }
};

namespace {

constexpr size_t kFirstCapacity = 64 * 1024;

const char* reason_of(simdjson::error_code error) {
  switch (error) {
    case simdjson::SUCCESS:
      return nullptr;
    case simdjson::UTF8_ERROR:
      return "invalid UTF-8";
    case simdjson::UNESCAPED_CHARS:
      return "control byte in a string";
    case simdjson::UNCLOSED_STRING:
      return "string not closed";
    case simdjson::EMPTY:
      return "not a JSON value";
    default:
      return simdjson::error_message(error);
  }
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

TokenIndex::TokenIndex() : stage_(std::make_unique<Stage>()) {}
TokenIndex::TokenIndex(TokenIndex&&) noexcept = default;
TokenIndex::~TokenIndex() = default;

void TokenIndex::give_back() {
  *stage_ = Stage();
  count_ = 0;
  starts_ = nullptr;
}

const char* TokenIndex::find(std::string_view text) {
  auto error = stage_->reserve(std::max(text.size(), kFirstCapacity));
  if (error == simdjson::SUCCESS) {
    error = stage_->parser->stage1(reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                   simdjson::stage1_mode::regular);
  }
  if (error != simdjson::SUCCESS) return reason_of(error);
  count_ = stage_->parser->n_structural_indexes;
  starts_ = stage_->parser->structural_indexes.get();
  return nullptr;
}

}  // namespace pinpipe::json
