#include "support/run_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace qbatt::test {
namespace {

using Clock = std::chrono::steady_clock;

/// An open file descriptor.
class Descriptor {
public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }
  [[nodiscard]] int get() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

private:
  int fd_;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

// Close-on-exec, so that no child keeps another child's pipe open and end-of-file arrives.
Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& s : strings) result.push_back(s.data());
  result.push_back(nullptr);
  return result;
}

// The caller's environment with the wanted changes, made before the fork: afterwards only async-signal-safe calls are allowed.
std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::vector<std::string> result;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string line = *entry;
    bool replaced = false;
    for (const auto& change : changes) replaced = replaced || line.starts_with(change.first + "=");
    if (!replaced) result.push_back(line);
  }
  for (const auto& change : changes) result.push_back(change.first + "=" + change.second);
  return result;
}

struct Streams {
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Pipe start_error = make_pipe();  // carries errno where exec fails
};

pid_t start(std::vector<std::string> arguments, const CommandOptions& options, Streams& streams) {
  std::vector<std::string> environment = environment_with(options.environment);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid > 0) return pid;
  ::dup2(streams.in.read_end.get(), STDIN_FILENO);
  ::dup2(streams.out.write_end.get(), STDOUT_FILENO);
  ::dup2(streams.err.write_end.get(), STDERR_FILENO);
  if (options.directory.empty() || ::chdir(options.directory.c_str()) == 0) ::execvpe(argv[0], argv.data(), envp.data());
  const int error = errno;
  [[maybe_unused]] const auto written = ::write(streams.start_error.write_end.get(), &error, sizeof error);
  ::_exit(127);
}

void throw_if_not_started(pid_t pid, Streams& streams, const std::string& name) {
  int error = 0;
  if (::read(streams.start_error.read_end.get(), &error, sizeof error) <= 0) return;
  ::waitpid(pid, nullptr, 0);
  errno = error;
  fail("cannot run " + name);
}

// Appends what is there to `text`; closes the descriptor at end-of-file.
void drain(Descriptor& from, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t n = ::read(from.get(), buffer.data(), buffer.size());
  if (n > 0)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  else if (n == 0 || errno != EINTR)
    from.close();
}

// Writes what the pipe takes; closes the descriptor when everything is written or nobody reads any more.
void feed(Descriptor& to, std::string_view& rest) {
  const ssize_t n = rest.empty() ? 0 : ::write(to.get(), rest.data(), rest.size());
  if (n > 0) rest.remove_prefix(static_cast<std::size_t>(n));
  if (rest.empty() || (n < 0 && errno != EINTR && errno != EAGAIN)) to.close();
}

// Serves all three streams until the program has closed its two or the time is over.
void exchange_text(pid_t pid, Streams& streams, const CommandOptions& options, CommandResult& result) {
  const auto deadline = Clock::now() + options.limit;
  std::string_view rest = options.input;
  ::fcntl(streams.in.write_end.get(), F_SETFL, O_NONBLOCK);
  if (rest.empty()) streams.in.write_end.close();
  Descriptor& out = streams.out.read_end;
  Descriptor& err = streams.err.read_end;
  while (out.get() >= 0 || err.get() >= 0) {
    // poll() ignores negative descriptors, which are what closed ones have become.
    std::array<pollfd, 3> waiting{{{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {streams.in.write_end.get(), POLLOUT, 0}}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    const int ready = ::poll(waiting.data(), waiting.size(), left > 0 ? static_cast<int>(left) : 0);
    if (ready == 0) {
      result.timed_out = true;
      ::kill(pid, SIGKILL);
      return;
    }
    if (waiting[0].revents != 0) drain(out, result.out);
    if (waiting[1].revents != 0) drain(err, result.err);
    if (waiting[2].revents != 0) feed(streams.in.write_end, rest);
  }
}

}  // namespace

CommandResult run_command(const std::vector<std::string>& arguments, const CommandOptions& options) {
  if (arguments.empty()) throw std::runtime_error("run_command: nothing to run");
  // A program that does not read its input must not end the test by SIGPIPE.
  ::signal(SIGPIPE, SIG_IGN);
  Streams streams;
  const pid_t pid = start(arguments, options, streams);
  streams.in.read_end.close();
  streams.out.write_end.close();
  streams.err.write_end.close();
  streams.start_error.write_end.close();
  throw_if_not_started(pid, streams, arguments[0]);
  CommandResult result;
  exchange_text(pid, streams, options, result);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace qbatt::test
