// An error as a value: what went wrong and what to do about it.
//
// Nothing under lib prints or exits. A function that can fail returns Status (nothing to give) or
// Result<T>; foreign codes (errno, zstd, MariaDB) are translated once, where they appear.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace pinpipe {

struct Error {
  std::string what;  ///< one line, names the thing: "cannot read 'x': No such file or directory"
  std::string hint;  ///< what a tired person does next; may be empty
};

/// Success, or an Error.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_; }
  /// REQUIRES: !ok()
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

/// A T, or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : value_(std::move(error)) {}

  bool ok() const { return value_.index() == 0; }
  /// REQUIRES: ok()
  T& value() { return std::get<0>(value_); }
  const T& value() const { return std::get<0>(value_); }
  T* operator->() { return &value(); }
  T& operator*() { return value(); }
  /// REQUIRES: !ok()
  const Error& error() const { return std::get<1>(value_); }

 private:
  std::variant<T, Error> value_;
};

/// "cannot VERB 'NAME': <text of errno value>".
Error system_error(const std::string& verb, const std::string& name, int errno_value);

/// What a tired person does where memory ran out.
inline constexpr const char* kMemoryHint =
    "fewer threads (-j1) and shorter lines (--max-line) need less memory";

/// The error behind an exception: the machine gave no memory or no thread. These are all that the
/// standard library throws at us; any other is a fault of our own, and goes on.
/// REQUIRES: called from a handler of an exception
Error error_of_exception();

/// What `step` returns, a Status or a Result; or the error behind what it throws.
template <class Step>
std::invoke_result_t<Step&> caught(Step&& step) {
  try {
    return step();
  } catch (...) {
    return error_of_exception();
  }
}

}  // namespace pinpipe
