// To be preloaded: makes the Nth call of a kind fail, from the start of main on.
//
//   FAULT=memory:12         the 12th malloc, calloc, realloc or aligned allocation gives nothing
//   FAULT=memory:12+        and so do all that follow
//   FAULT_COUNTS=FILE       at the end, FILE says how many calls there were: "memory 250\nfcntl
//   9\n..."
//
// What is written to standard error never fails: it is how the tool tells of all else.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

enum Kind { memory, descriptor_flags, thread, waiting, pipes, reading, writing, opening, kinds };
constexpr const char* kNames[kinds] = {"memory", "fcntl", "thread", "poll",
                                       "pipe",   "read",  "write",  "open"};

std::atomic<long> calls[kinds];
std::atomic<bool> counting = false;
int failing = -1;
long first = 0;
bool for_ever = false;

/// Counts a call; whether it is to fail.
bool fails(Kind kind) {
  if (!counting.load(std::memory_order_relaxed)) return false;
  const long call = ++calls[kind];
  return kind == failing && (call == first || (for_ever && call > first));
}

int refuse(int why) {
  errno = why;
  return -1;
}

template <class Function>
Function real(const char* name, Function) {
  void* found = dlsym(RTLD_NEXT, name);
  Function function;
  std::memcpy(&function, &found, sizeof function);
  return function;
}
#define REAL(name)                                   \
  (*[] {                                             \
    static const auto function = real(#name, &name); \
    return function;                                 \
  }())

void read_environment() {
  const char* fault = std::getenv("FAULT");
  const char* colon = fault == nullptr ? nullptr : std::strchr(fault, ':');
  if (colon == nullptr) return;
  for (int kind = 0; kind < kinds; ++kind) {
    const std::size_t size = std::strlen(kNames[kind]);
    if (fault + size == colon && std::strncmp(fault, kNames[kind], size) == 0) failing = kind;
  }
  char* end = nullptr;
  first = std::strtol(colon + 1, &end, 10);
  for_ever = *end == '+';
}

void write_counts() {
  counting = false;
  const char* path = std::getenv("FAULT_COUNTS");
  std::FILE* file = path == nullptr ? nullptr : std::fopen(path, "w");
  if (file == nullptr) return;
  for (int kind = 0; kind < kinds; ++kind) {
    std::fprintf(file, "%s %ld\n", kNames[kind], calls[kind].load());
  }
  std::fclose(file);
}

int (*real_main)(int, char**, char**);

int counted_main(int argc, char** argv, char** environment) {
  read_environment();
  std::atexit(write_counts);
  counting = true;
  return real_main(argc, argv, environment);
}

}  // namespace

extern "C" {

// NOLINTBEGIN(readability-identifier-naming): theirs
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

int __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv, void (*init)(),
                      void (*fini)(), void (*rtld_fini)(), void* stack_end) {
  real_main = main;
  void* found = dlsym(RTLD_NEXT, "__libc_start_main");
  decltype(&__libc_start_main) start;
  std::memcpy(&start, &found, sizeof start);
  return start(counted_main, argc, argv, init, fini, rtld_fini, stack_end);
}

void* malloc(size_t size) {
  return fails(memory) ? (errno = ENOMEM, nullptr) : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  return fails(memory) ? (errno = ENOMEM, nullptr) : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  return fails(memory) ? (errno = ENOMEM, nullptr) : __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return fails(memory) ? (errno = ENOMEM, nullptr) : __libc_memalign(alignment, size);
}
int posix_memalign(void** to, size_t alignment, size_t size) {
  if (fails(memory)) return ENOMEM;
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? ENOMEM : 0;
}

int fcntl64(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  void* const argument = va_arg(list, void*);
  va_end(list);
  return fails(descriptor_flags) ? refuse(ENOLCK) : REAL(fcntl64)(fd, command, argument);
}
int fcntl(int fd, int command, ...) {
  va_list list;
  va_start(list, command);
  void* const argument = va_arg(list, void*);
  va_end(list);
  return fails(descriptor_flags) ? refuse(ENOLCK) : REAL(fcntl)(fd, command, argument);
}

int pthread_create(pthread_t* to, const pthread_attr_t* how, void* (*run)(void*), void* with) {
  return fails(thread) ? EAGAIN : REAL(pthread_create)(to, how, run, with);
}

int poll(pollfd* fds, nfds_t count, int wait) {
  return fails(waiting) ? refuse(ENOMEM) : REAL(poll)(fds, count, wait);
}
int epoll_create1(int flags) {
  return fails(waiting) ? refuse(EMFILE) : REAL(epoll_create1)(flags);
}
int epoll_ctl(int epoll, int what, int fd, epoll_event* event) {
  return fails(waiting) ? refuse(ENOMEM) : REAL(epoll_ctl)(epoll, what, fd, event);
}
int epoll_wait(int epoll, epoll_event* events, int most, int wait) {
  return fails(waiting) ? refuse(ENOMEM) : REAL(epoll_wait)(epoll, events, most, wait);
}

int pipe(int* ends) { return fails(pipes) ? refuse(EMFILE) : REAL(pipe)(ends); }
int pipe2(int* ends, int flags) { return fails(pipes) ? refuse(EMFILE) : REAL(pipe2)(ends, flags); }
int socketpair(int domain, int type, int protocol, int* ends) {
  return fails(pipes) ? refuse(EMFILE) : REAL(socketpair)(domain, type, protocol, ends);
}
int eventfd(unsigned start, int flags) {
  return fails(pipes) ? refuse(EMFILE) : REAL(eventfd)(start, flags);
}

ssize_t read(int fd, void* into, size_t most) {
  return fails(reading) ? refuse(EIO) : REAL(read)(fd, into, most);
}
ssize_t write(int fd, const void* bytes, size_t size) {
  return fd != STDERR_FILENO && fails(writing) ? refuse(EIO) : REAL(write)(fd, bytes, size);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return fd != STDERR_FILENO && fails(writing) ? refuse(EIO) : REAL(writev)(fd, parts, count);
}

int open64(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const auto mode = va_arg(list, unsigned);
  va_end(list);
  return fails(opening) ? refuse(EMFILE) : REAL(open64)(path, flags, mode);
}
int open(const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const auto mode = va_arg(list, unsigned);
  va_end(list);
  return fails(opening) ? refuse(EMFILE) : REAL(open)(path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  const auto mode = va_arg(list, unsigned);
  va_end(list);
  return fails(opening) ? refuse(EMFILE) : REAL(openat64)(folder, path, flags, mode);
}

// NOLINTEND(readability-identifier-naming)
}  // extern "C"
