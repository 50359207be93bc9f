#include "io/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "io/output_file.hpp"
#include "io/output_target.hpp"
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
    const char* advice = error == ENOENT ? "; install it (Debian: apt-get install gnuplot-nox)" : "";
    throw BackendError(fmt::format("gnuplot, which draws the pictures, cannot be run: {}{}", std::strerror(error), advice));
  }
  return pid;
}

/// The ends of a pipe that children do not inherit.
class Pipe {
public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw FileError(fmt::format("cannot open a pipe for gnuplot: {}", std::strerror(errno)));
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;
  ~Pipe() {
    ::close(ends_[0]);
    close_input();
  }

  [[nodiscard]] int input() const { return ends_[1]; }
  void close_input() { ::close(std::exchange(ends_[1], -1)); }

  /// What comes out until all inputs are closed.
  [[nodiscard]] std::string read() const {
    std::string all;
    std::array<char, 65536> block{};
    while (true) {
      const ssize_t count = ::read(ends_[0], block.data(), block.size());
      if (count > 0) all.append(block.data(), static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) return all;
    }
  }

private:
  std::array<int, 2> ends_{-1, -1};
};

// The picture, which comes through a pipe since gnuplot does not look whether what it writes arrives. Throws what it complained of.
std::string run_gnuplot(const std::string& script) {
  const TemporaryFile in = make_temporary(script);
  const TemporaryFile err = make_temporary("");
  Pipe out;
  const pid_t pid = start_gnuplot(::fileno(in.get()), out.input(), ::fileno(err.get()));
  out.close_input();
  std::string picture = out.read();
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (status == 0) return picture;
  const std::string complaint = content_of(err.get());
  throw std::runtime_error(complaint.empty() ? fmt::format("it ended with status {}", status) : complaint);
}

// What a picture may replace: SVG, PNG, PDF.
bool is_picture(const std::string& path) {
  constexpr std::string_view png = "\x89PNG";
  constexpr std::string_view pdf = "%PDF";
  std::string beginning(1024, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  return beginning.starts_with(png) || beginning.starts_with(pdf) || beginning.find("<svg") != std::string::npos;
}

// Viewers drop blanks at either end of a piece of a text, as before and behind a subscript, unless they are told not to.
void keep_blanks(std::string& svg) {
  constexpr std::string_view text = "<text>", kept = "<text xml:space=\"preserve\">";
  for (std::size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + kept.size()))
    svg.replace(at, text.size(), kept);
}

void check_replaces_picture(const std::string& path) {
  if (!holds_something(path) || is_picture(path)) return;
  throw InputError(fmt::format(
      "{} is there and is not a picture, which is all that a picture replaces: give another name, or move it away", path));
}

}  // namespace

void draw_picture(const std::string& path, const std::string& script) {
  check_replaces_picture(path);
  AtomicFile picture(path);
  try {
    std::string drawn = run_gnuplot(script);
    if (path.ends_with(".svg")) keep_blanks(drawn);
    picture.write(drawn);
  } catch (const Error&) {
    throw;
  } catch (const std::runtime_error& complaint) {
    throw FileError(fmt::format("gnuplot could not draw {}: {}", path, complaint.what()));
  }
  picture.commit();
}

}  // namespace qbatt
