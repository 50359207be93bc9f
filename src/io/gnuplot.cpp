#include "io/gnuplot.hpp"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "io/output_file.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, Close>;

// Files rather than pipes: neither side can block the other.
TemporaryFile make_temporary(const std::string& content) {
  TemporaryFile file(std::tmpfile());
  const bool ok =
      file && std::fwrite(content.data(), 1, content.size(), file.get()) == content.size() && std::fflush(file.get()) == 0;
  if (!ok) throw FileError(fmt::format("cannot write a temporary file for gnuplot: {}", std::strerror(errno)));
  std::rewind(file.get());
  return file;
}

std::string content_of(std::FILE* file) {
  std::array<char, 4096> buffer{};
  std::rewind(file);
  return {buffer.data(), std::fread(buffer.data(), 1, buffer.size(), file)};
}

pid_t start_gnuplot(int in, int out, int err) {
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  std::array<char, 8> name{"gnuplot"};
  std::array<char*, 2> arguments{name.data(), nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, name.data(), &actions, nullptr, arguments.data(), ::environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw BackendError(
        fmt::format("gnuplot, which draws the pictures, cannot be run: {}; install it (Debian: apt-get install gnuplot-nox)",
                    std::strerror(error)));
  }
  return pid;
}

// What it complained of; empty where it succeeded.
std::string run_gnuplot(const std::string& script, int output) {
  const TemporaryFile in = make_temporary(script);
  const TemporaryFile err = make_temporary("");
  const pid_t pid = start_gnuplot(::fileno(in.get()), output, ::fileno(err.get()));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return {};
  const std::string complaint = content_of(err.get());
  return complaint.empty() ? fmt::format("it ended with status {}", status) : complaint;
}

}  // namespace

void draw_picture(const std::string& path, const std::string& script) {
  AtomicFile picture(path);
  const std::string complaint = run_gnuplot(script, picture.descriptor());
  if (!complaint.empty()) throw FileError(fmt::format("gnuplot could not draw {}: {}", path, complaint));
  picture.commit();
}

}  // namespace qbatt
