#include "io/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "qbatt/errors.hpp"

namespace qbatt {
namespace {

constexpr std::size_t buffer_size = 1 << 18;

// A rename reaches the disk with its folder. Some file systems cannot sync a folder, which is no reason to fail.
void sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

void rename_durably(const std::string& unfinished, const std::string& path) {
  if (::rename(unfinished.c_str(), path.c_str()) != 0) throw_cannot_write(path, errno);
  sync_folder_of(path);
}

void refuse_folder(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) throw_cannot_write(path, EISDIR);
}

}  // namespace

void throw_cannot_write(const std::string& name, int error) {
  throw FileError(fmt::format("cannot write {}: {}", name, std::strerror(error)));
}

OutputFile::OutputFile(std::string name, int descriptor, bool owned)
    : name_(std::move(name)), descriptor_(descriptor), owned_(owned) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owned_(other.owned_),
      buffer_(std::move(other.buffer_)) {}

OutputFile::~OutputFile() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
}

OutputFile OutputFile::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_cannot_write(path, errno);
  return {path, descriptor, true};
}

OutputFile OutputFile::standard_output() {
  return {"the standard output", STDOUT_FILENO, false};
}

void OutputFile::fail() const {
  throw_cannot_write(name_, errno);
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= buffer_size) flush();
}

void OutputFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void OutputFile::close() {
  flush();
  if (!owned_) return;
  // EINVAL: a device or pipe, which has no disk to wait for.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
}

AtomicFile::AtomicFile(const std::string& path) : AtomicFile(path, path + ".unfinished") {}

AtomicFile::AtomicFile(const std::string& path, const std::string& unfinished_path)
    : path_((refuse_folder(path), path)), unfinished_path_(unfinished_path), file_(OutputFile::create(unfinished_path)) {}

AtomicFile::~AtomicFile() {
  if (!committed_) ::unlink(unfinished_path_.c_str());
}

void AtomicFile::commit() {
  file_.close();
  rename_durably(unfinished_path_, path_);
  committed_ = true;
}

}  // namespace qbatt
