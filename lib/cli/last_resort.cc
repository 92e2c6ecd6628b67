#include "cli/last_resort.h"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "base/status.h"
#include "cli/exit_status.h"
#include "stream/new_file.h"

namespace pinpipe::cli {
namespace {

char tool_name[64] = "";  // until it is known, that of the program

/// Writes the texts as one, without memory; nobody hears of what cannot be written.
void say(std::initializer_list<const char*> texts) {
  char all[512] = "";
  if (tool_name[0] == '\0') {
    std::strncpy(tool_name, program_invocation_short_name, sizeof tool_name - 1);
  }
  for (const char* text : texts) std::strncat(all, text, sizeof all - std::strlen(all) - 1);
  if (write(STDERR_FILENO, all, std::strlen(all)) < 0) return;
}

[[noreturn]] void fail(const char* what, const char* hint) {
  say({tool_name, ": error: ", what, "\nhint: ", hint, "\n"});
  _exit(kFailed);
}

[[noreturn]] void end() {
  static std::atomic_flag ending;  // several threads may come here at once: the first one speaks
  while (ending.test_and_set()) pause();
  stream::remove_hidden_files();
  try {
    if (const auto exception = std::current_exception()) std::rethrow_exception(exception);
    // What throws in a function that says it never does: of the standard library, for memory.
    fail("cannot go on, most likely out of memory", kMemoryHint);
  } catch (const std::bad_alloc&) {
    fail("out of memory", kMemoryHint);
  } catch (const std::length_error&) {
    fail("out of memory", kMemoryHint);
  } catch (const std::system_error&) {
    fail("cannot start a thread", "'ulimit -a' shows the limits on processes and memory");
  } catch (const std::exception& exception) {
    say({tool_name, ": error: ", exception.what(), "\n"});
  } catch (...) {
    say({tool_name, ": error: unknown exception\n"});
  }
  std::signal(SIGABRT, SIG_DFL);
  std::abort();
}

void end_as_aborted(int) {
  stream::remove_hidden_files();
  fail("a library gave up, as told before", kMemoryHint);
}

/// Before main: a tool needs memory to say what its options are.
[[maybe_unused]] const auto kBefore = std::set_terminate(end);

}  // namespace

void end_on_exceptions(const std::string& tool) {
  std::strncpy(tool_name, tool.c_str(), sizeof tool_name - 1);
}

void end_on_aborts() { std::signal(SIGABRT, end_as_aborted); }

}  // namespace pinpipe::cli
