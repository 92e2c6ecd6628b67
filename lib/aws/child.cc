#include "aws/child.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

extern char** environ;

namespace pinpipe::aws {
namespace {

/// Both ends of a pipe; closed when it goes.
struct Pipe {
  int fds[2] = {-1, -1};

  Pipe() {
    if (pipe2(fds, O_CLOEXEC) != 0) fds[0] = fds[1] = -1;
  }
  ~Pipe() {
    for (int& fd : fds) close_end(fd);
  }
  Pipe(const Pipe&) = delete;

  static void close_end(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
};

/// Calls `on_line` with the whole lines of what it is fed.
class Lines {
 public:
  explicit Lines(std::function<void(std::string_view)> on_line) : on_line_(std::move(on_line)) {}

  void feed(std::string_view bytes) {
    for (size_t end; (end = bytes.find('\n')) != bytes.npos; bytes.remove_prefix(end + 1)) {
      rest_.append(bytes.substr(0, end));
      finish();
    }
    rest_.append(bytes);
  }
  void finish() {
    if (!rest_.empty() && on_line_) on_line_(rest_);
    rest_.clear();
  }

 private:
  std::function<void(std::string_view)> on_line_;
  std::string rest_;
};

/// Starts the command under setpriv, which binds its life to ours; its process id, or 0.
pid_t start(std::vector<std::string> command, const Pipe& output, const Pipe& errors) {
  command.insert(command.begin(), {"setpriv", "--pdeathsig", "KILL", "--"});
  std::vector<char*> words;
  for (auto& word : command) words.push_back(word.data());
  words.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, output.fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, errors.fds[1], STDERR_FILENO);

  sigset_t none;
  sigset_t ours;  // what we handle or ignore
  sigemptyset(&none);
  sigemptyset(&ours);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) sigaddset(&ours, number);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &ours);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  pid_t pid = 0;
  errno = posix_spawnp(&pid, words[0], &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return errno == 0 ? pid : 0;
}

/// Reads both pipes to their ends.
void drain(const Pipe& output, Lines& output_lines, const Pipe& errors, Lines& error_lines) {
  std::array<pollfd, 2> fds{pollfd{output.fds[0], POLLIN, 0}, pollfd{errors.fds[0], POLLIN, 0}};
  std::array<Lines*, 2> lines{&output_lines, &error_lines};
  std::array<char, 65536> bytes;
  while (fds[0].fd >= 0 || fds[1].fd >= 0) {
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    for (size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      const ssize_t size = read(fds[i].fd, bytes.data(), bytes.size());
      if (size > 0) lines[i]->feed({bytes.data(), size_t(size)});
      if (size == 0 || (size < 0 && errno != EINTR)) fds[i].fd = -1;
    }
  }
  for (auto* each : lines) each->finish();
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace

Status run_child(const std::vector<std::string>& command,
                 const std::function<void(std::string_view line)>& on_line) {
  Pipe output;
  Pipe errors;
  const pid_t pid = output.fds[0] < 0 || errors.fds[0] < 0 ? 0 : start(command, output, errors);
  if (pid == 0) return system_error("run", "setpriv", errno);
  Pipe::close_end(output.fds[1]);
  Pipe::close_end(errors.fds[1]);

  std::string last_words;
  Lines output_lines(on_line);
  Lines error_lines([&](std::string_view line) { last_words = line; });
  drain(output, output_lines, errors, error_lines);
  const int status = wait_for(pid);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (last_words.empty()) last_words = "it ended with wait status " + std::to_string(status);
  return Error{last_words, ""};
}

}  // namespace pinpipe::aws
