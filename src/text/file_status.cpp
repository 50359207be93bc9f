#include "text/file_status.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "text/input_file.hpp"

namespace qbatt {
namespace {

bool means_nothing_there(int error) {
  return error == ENOENT || error == ENOTDIR;
}

}  // namespace

FileKind kind_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    if (means_nothing_there(errno)) return FileKind::none;
    throw_cannot_read(path, errno);
  }
  if (S_ISREG(found.st_mode)) return FileKind::file;
  return S_ISDIR(found.st_mode) ? FileKind::folder : FileKind::other;
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.push_back(entry->path().filename().string());
  if (error && !means_nothing_there(error.value())) throw_cannot_read(folder, error.value());
  return names;
}

}  // namespace qbatt
