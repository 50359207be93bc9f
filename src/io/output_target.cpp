#include "io/output_target.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "io/output_file.hpp"
#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

namespace fs = std::filesystem;

bool is_standard_output(const fs::path& path) {
  constexpr std::array<std::string_view, 4> names{"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"};
  return std::ranges::find(names, path.string()) != names.end();
}

std::string_view special_kind(mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

}  // namespace

std::string output_path(const std::string& name) {
  constexpr int most_links = 40;  // as many as the kernel follows
  fs::path path = name;
  std::error_code error;
  for (int links = 0; links < most_links && !is_standard_output(path) && fs::is_symlink(path, error); ++links) {
    const fs::path target = fs::read_symlink(path, error);
    if (error) break;
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return is_standard_output(path) ? "-" : path.string();
}

bool is_stream(const std::string& path) {
  if (path == "-") return true;
  struct stat found {};
  const bool device = ::stat(path.c_str(), &found) == 0 && S_ISCHR(found.st_mode);
  return device && found.st_rdev == makedev(1, 3);  // /dev/null, under whatever name
}

void check_can_be_file(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    throw_cannot_write(path, errno);
  }
  if (is_stream(path)) return;
  if (S_ISDIR(found.st_mode)) throw_cannot_write(path, EISDIR);
  if (!S_ISREG(found.st_mode)) {
    throw FileError(
        fmt::format("cannot write {}: it is {}, which a file would replace; of devices only /dev/null and /dev/stdout "
                    "are written",
                    path, special_kind(found.st_mode)));
  }
  // A superuser may write what everybody is kept from writing; it is kept all the same.
  const bool kept = (found.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0;
  if (kept || ::access(path.c_str(), W_OK) != 0) throw FileError(fmt::format("cannot write {}: it is read-only", path));
}

bool holds_something(const std::string& path) {
  if (is_stream(path)) return false;
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);  // an error for what is no file
  return !error && bytes > 0;
}

}  // namespace qbatt
