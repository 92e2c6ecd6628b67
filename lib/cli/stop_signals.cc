#include "cli/stop_signals.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

namespace pinpipe::cli {

StopSignals::StopSignals(bool with_user_signal) {
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  if (with_user_signal) sigaddset(&wanted, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
  fd_ = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
  std::signal(SIGPIPE, SIG_IGN);
}

StopSignals::~StopSignals() { close(fd_); }

std::optional<std::string> StopSignals::next() {
  signalfd_siginfo info;
  if (read(fd_, &info, sizeof info) != sizeof info) return std::nullopt;
  if (info.ssi_signo == SIGUSR1) return "SIGUSR1";
  return info.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM";
}

std::optional<std::string> StopSignals::wait_until(std::chrono::steady_clock::time_point due) {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  constexpr milliseconds kMax = std::chrono::hours(1);
  for (;;) {
    const auto left = ceil<milliseconds>(due - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) return next();
    pollfd readable{fd_, POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(std::min(left, kMax).count())) > 0) return next();
  }
}

bool reader_has_gone() {
  pollfd standard_output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&standard_output, 1, 0) > 0 && (standard_output.revents & (POLLERR | POLLHUP)) != 0;
}

namespace {

void die_of(int number) {
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  std::signal(number, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  std::raise(number);
}

}  // namespace

void die_of_sigpipe() { die_of(SIGPIPE); }

void die_of(const std::string& name) { die_of(name == "SIGINT" ? SIGINT : SIGTERM); }

}  // namespace pinpipe::cli
