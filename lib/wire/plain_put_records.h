// Requests exactly as kinesis-encode writes them, read without a scanner.
//
//   {"stream":S,"payload":{"StreamName":S,"Records":[{"Data":B64,"PartitionKey":K},…]}}
//
// Nearly all of such a line is base64, which who decodes it checks to the last letter; what is
// around it is compared here. A line with anything else in it, a blank, an escape, a byte beyond
// ASCII, another member, is not for this reader, though it may be right: a scanner has to say.
#pragma once

#include <string_view>

namespace pinpipe::wire {

class PlainPutRecords {
 public:
  /// Views are of `line`.
  explicit PlainPutRecords(std::string_view line) : rest_(line) {}

  /// Takes what is before the first record. This and all that follow: false where it is not there.
  bool open();
  /// Takes a record. What `data` is said to be is still to be checked.
  bool record(std::string_view& data);
  /// Takes the comma before another record.
  bool another() { return take(","); }
  /// Takes what is behind the last record, to the end of the line.
  bool close() { return take("]}}") && rest_.empty(); }

 private:
  /// In line, so that the sizes of what is known are constants.
  [[gnu::always_inline]] bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool take_plain_text();

  std::string_view rest_;
};

}  // namespace pinpipe::wire
