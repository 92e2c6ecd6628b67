#include "ndjson/form_reader.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"
#include "ndjson/forms.h"

namespace pinpipe::ndjson {

namespace {

/// Whether the first line, blank ones apart, is a whole JSON object: most are.
bool begins_with_object_line(std::string_view head) {
  const size_t begin = head.find_first_not_of(" \t\r\n");
  if (begin == head.npos) return false;
  const size_t end = head.find('\n', begin);
  return end != head.npos && is_object_line(head.substr(begin, end - begin));
}

}  // namespace

using stream::Input;

Result<Input::Read> FormReader::read(char* into, size_t most, int wait_ms) {
  if (!is_decided_) {
    auto got = TRY(look(wait_ms));
    if (got != Input::Got::bytes) return Input::Read{got, 0};
  }
  return splitter_ ? read_values(into, most, wait_ms) : read_bytes(into, most, wait_ms);
}

/// As Input::read, what was looked at first.
Result<Input::Read> FormReader::read_bytes(char* into, size_t most, int wait_ms) {
  if (head_used_ == head_.size()) return input_.read(into, most, wait_ms);
  const size_t size = std::min(most, head_.size() - head_used_);
  std::memcpy(into, head_.data() + head_used_, size);
  head_used_ += size;
  if (head_used_ == head_.size()) {
    give_back(head_);
    head_used_ = 0;
  }
  return Input::Read{Input::Got::bytes, size};
}

Result<Input::Read> FormReader::read_values(char* into, size_t most, int wait_ms) {
  while (lines_used_ == lines_.size()) {
    const auto got = TRY(split_more(wait_ms));
    if (got != Input::Got::bytes) return Input::Read{got, 0};
  }
  const size_t size = std::min(most, lines_.size() - lines_used_);
  std::memcpy(into, lines_.data() + lines_used_, size);
  lines_used_ += size;
  return Input::Read{Input::Got::bytes, size};
}

/// Makes lines of what can be read at once. What it makes may be nothing: blanks between values.
Result<Input::Got> FormReader::split_more(int wait_ms) {
  lines_.clear();
  lines_.shrink(4 * kLookedAt);
  lines_used_ = 0;
  if (is_finished_) return Input::Got::end;
  const auto read = TRY(read_bytes(bytes_.room(kLookedAt), kLookedAt, wait_ms));
  if (read.got == Input::Got::bytes) splitter_->split({bytes_.data(), read.size}, lines_);
  if (read.got != Input::Got::end) return read.got;
  is_finished_ = true;
  splitter_->finish(lines_);
  return Input::Got::bytes;
}

/// Reads until the form of the input is decided.
Result<Input::Got> FormReader::look(int wait_ms) {
  while (!is_decided_) {
    const size_t before = head_.size();
    const size_t most = kLookedAt - before % kLookedAt;
    const bool is_long = before >= kLookedAt;  // each look at it takes long
    auto read = TRY(input_.read(head_.room(most), most, is_long ? 0 : wait_ms));
    if (is_long && read.got == Input::Got::nothing_yet) {
      TRY(decide(false));
      if (is_decided_) break;
      read = TRY(input_.read(head_.room(most), most, wait_ms));
    }
    if (read.got == Input::Got::nothing_yet) return read.got;
    head_.grew(read.size);
    const bool is_end = read.got == Input::Got::end;
    if (is_end && head_.empty()) return read.got;
    if (is_end || may_decide(head_.view().substr(before))) TRY(decide(is_end));
  }
  return Input::Got::bytes;
}

/// Whether another look may be worth it, now that `more` has come. At a long first line one is
/// taken where it ends, or where the input pauses.
bool FormReader::may_decide(std::string_view more) const {
  return head_.size() <= kLookedAt || head_.size() >= kFirstLine || more.find('\n') != more.npos;
}

/// Whether more of the first line is worth a look: no line behind it can decide before it does.
bool FormReader::may_show_layout(bool is_end) const {
  if (is_end || head_.size() >= kFirstLine) return false;
  const size_t begin = head_.view().find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return begin != std::string_view::npos &&
         (head_.data()[begin] == '{' || head_.data()[begin] == '[');
}

/// Decides if what is read suffices; it must if that `is_end` of all.
Status FormReader::decide(bool is_end) {
  const std::string_view head = head_.view();
  const bool is_all = is_end || head.size() >= kLookedAt;
  if (begins_with_object_line(head)) {
    is_decided_ = true;
    return {};
  }
  const auto recognised = recognise(head, is_all, arrays_);
  if (recognised.layout) {
    is_decided_ = true;
    splitter_.emplace(*recognised.layout, arrays_, max_line_);
    if (head.starts_with(kByteOrderMark)) head_used_ = kByteOrderMark.size();
    return {};
  }
  if (recognised.needs_more && may_show_layout(is_end)) return {};
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
  is_foreign_ = recognised.form != nullptr && (is_all || recognised.is_magic);
  is_decided_ = is_all || is_foreign_ || (recognised.form == nullptr && !recognised.needs_more);
  return is_foreign_ ? Status(not_ndjson(*recognised.form, name(), input_.compression()))
                     : Status();
}

}  // namespace pinpipe::ndjson
