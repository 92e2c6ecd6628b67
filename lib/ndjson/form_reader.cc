#include "ndjson/form_reader.h"

#include <algorithm>
#include <cstring>

#include "ndjson/forms.h"

namespace pinpipe::ndjson {

using stream::Input;

Result<Input::Read> FormReader::read(char* into, size_t most, int wait_ms) {
  if (!is_decided_) {
    auto got = TRY(look(wait_ms));
    if (got != Input::Got::bytes) return Input::Read{got, 0};
  }
  if (head_used_ == head_.size()) return input_.read(into, most, wait_ms);
  const size_t size = std::min(most, head_.size() - head_used_);
  std::memcpy(into, head_.data() + head_used_, size);
  head_used_ += size;
  if (head_used_ == head_.size()) {
    head_ = {};
    head_used_ = 0;
  }
  return Input::Read{Input::Got::bytes, size};
}

/// Reads until the form of the input is decided.
Result<Input::Got> FormReader::look(int wait_ms) {
  while (!is_decided_) {
    const size_t before = head_.size();
    head_.resize(kLookedAt);
    auto read = input_.read(head_.data() + before, kLookedAt - before, wait_ms);
    head_.resize(before + (read.ok() ? read->size : 0));
    if (!read.ok()) return read.error();
    if (read->got == Input::Got::nothing_yet) return read->got;
    const bool is_end = read->got == Input::Got::end;
    if (is_end && head_.empty()) return read->got;
    TRY(decide(is_end || head_.size() == kLookedAt));
  }
  return Input::Got::bytes;
}

/// Decides if what is read suffices; it must if `is_all`.
Status FormReader::decide(bool is_all) {
  const std::string_view head = head_;
  const size_t start = head.find_first_not_of(" \t\r\n");
  if (arrays_ && start != head.npos && head[start] == '[') {
    is_decided_ = true;
    return {};
  }
  while (looked_at_ < head.size()) {
    size_t end = head.find('\n', looked_at_);
    if (end == head.npos && !is_all) break;
    end = std::min(end, head.size());
    if (is_object_line(head.substr(looked_at_, end - looked_at_))) {
      is_decided_ = true;
      return {};
    }
    looked_at_ = std::min(end + 1, head.size());
  }
  const auto recognised = recognise(head, is_all);
  is_foreign_ = recognised.form != nullptr && (is_all || recognised.is_magic);
  is_decided_ = is_all || is_foreign_ || (recognised.form == nullptr && !recognised.needs_more);
  return is_foreign_ ? Status(not_ndjson(*recognised.form, name())) : Status();
}

}  // namespace pinpipe::ndjson
