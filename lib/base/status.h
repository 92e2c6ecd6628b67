// An error as a value: what went wrong and what to do about it.
//
// Nothing under lib prints or exits. A function that can fail returns Status (nothing to give) or
// Result<T>; foreign codes (errno, zstd, MariaDB) are translated once, where they appear. TRY hands
// an error on to the caller:
//
//   Result<Output> open(const std::string& name) {
//     auto file = TRY(NewFile::open(name));   // a Result<NewFile>: its value
//     TRY(file.lock());                       // a Status: nothing
//     return Output(std::move(file));
//   }
#pragma once

#include <cassert>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace pinpipe {

struct Error {
  /// One line, names the thing: "cannot read 'x': No such file or directory". Of a line that is
  /// rejected: why.
  std::string what;
  std::string hint = {};   ///< what a tired person does next; may be empty
  bool transient = false;  ///< the same may go well if it is tried again
};

/// The Error of a Status on its way out: handed on as the pointer that it is.
struct Failure {
  std::unique_ptr<Error> error;
};

/// Success, or an Error. As large as a pointer: the one that functions of a line return.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : error_(std::make_unique<Error>(std::move(error))) {}
  Status(Failure failure) : error_(std::move(failure.error)) {}
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;
  Status(const Status& other) : error_(copied(other.error_)) {}
  Status& operator=(const Status& other) {
    error_ = copied(other.error_);
    return *this;
  }
  ~Status() = default;

  bool ok() const { return error_ == nullptr; }
  /// REQUIRES: !ok()
  const Error& error() const& {
    assert(!ok());
    return *error_;
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*error_);
  }
  /// For TRY: there is nothing to have.
  void value() const { assert(ok()); }
  /// For TRY: what is returned. REQUIRES: !ok()
  Failure failure() && {
    assert(!ok());
    return {std::move(error_)};
  }

 private:
  static std::unique_ptr<Error> copied(const std::unique_ptr<Error>& error) {
    return error == nullptr ? nullptr : std::make_unique<Error>(*error);
  }

  std::unique_ptr<Error> error_;
};

/// A T, or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : value_(std::move(error)) {}
  Result(Failure failure) : value_(std::move(*failure.error)) {}

  bool ok() const { return value_.index() == 0; }
  /// REQUIRES: ok()
  T& value() & {
    assert(ok());
    return *std::get_if<0>(&value_);
  }
  const T& value() const& {
    assert(ok());
    return *std::get_if<0>(&value_);
  }
  T&& value() && {
    assert(ok());
    return std::move(*std::get_if<0>(&value_));
  }
  T* operator->() { return &value(); }
  T& operator*() { return value(); }
  /// REQUIRES: !ok()
  const Error& error() const& {
    assert(!ok());
    return *std::get_if<1>(&value_);
  }
  Error&& error() && {
    assert(!ok());
    return std::move(*std::get_if<1>(&value_));
  }
  /// For TRY: what is returned. REQUIRES: !ok()
  Error&& failure() && { return std::move(*this).error(); }

 private:
  std::variant<T, Error> value_;
};

/// The value of a Result, nothing of a Status; where there is an error, the function around it
/// returns that. Not within itself, only once a line, and not in braces behind members that have
/// memory, which would not be given back. A statement in an expression, which g++ and clang have.
// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): only a macro can return
#define TRY(...)                         \
  __extension__({                        \
    auto tried = (__VA_ARGS__);          \
    if (!tried.ok()) [[unlikely]]        \
      return std::move(tried).failure(); \
    std::move(tried).value();            \
  })

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
