#include "record/destination_name.h"

#include <algorithm>

#include "base/ascii.h"

namespace pinpipe::record {
namespace {

bool is_name_byte(char c) { return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-'; }

}  // namespace

bool is_possible_name(const NameRule& rule, std::string_view name) {
  return !name.empty() && name.size() <= rule.max_size && std::ranges::all_of(name, is_name_byte) &&
         name != "." && name != "..";
}

std::string name_hint(const NameRule& rule) {
  return "a " + std::string(rule.what) + " is named by 1 to " + std::to_string(rule.max_size) +
         " of a-z A-Z 0-9 . _ -";
}

}  // namespace pinpipe::record
