#include "io/parts_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "io/output_file.hpp"

namespace qbatt {
namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

}  // namespace

PartsFolder::PartsFolder(const std::string& file) : suffix_(fs::path(file).extension().string()), folder_(file + ".parts") {
  if (is_folder(file)) throw_cannot_write(file, EISDIR);
  discard();
  if (::mkdir(folder_.c_str(), 0777) != 0 && errno != EEXIST) throw_cannot_write(file, errno);
  if (!is_folder(folder_)) throw_cannot_write(folder_, ENOTDIR);
  // A folder that exists may still refuse files; the destructor removes this one.
  OutputFile::create(part(0) + ".unfinished").close();
}

PartsFolder::~PartsFolder() {
  if (count_ == 0) discard();
}

std::string PartsFolder::part(std::size_t i) const {
  return fmt::format("{}/{:08}{}", folder_, i, suffix_);
}

std::string PartsFolder::unfinished_file() const {
  return fmt::format("{}/all{}.unfinished", folder_, suffix_);
}

bool PartsFolder::is_part(const std::string& name) const {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string rest = name.substr(digits);
  return (digits >= 8 && (rest == suffix_ || rest == suffix_ + ".unfinished")) || name == "all" + suffix_ + ".unfinished";
}

void PartsFolder::discard() noexcept {
  std::error_code error;
  if (!is_folder(folder_)) return;
  for (fs::directory_iterator entry(folder_, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (is_part(entry->path().filename().string())) fs::remove(entry->path(), ignored);
  }
  fs::remove(folder_, error);  // fails, as it should, where other files lie there
}

}  // namespace qbatt
