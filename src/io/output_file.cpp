#include "io/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "io/output_target.hpp"
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

OutputFile begin(const std::string& path, const std::string& stem, std::optional<TemporaryName>& temporary) {
  check_can_be_file(path);
  if (is_stream(path)) return OutputFile::stream(path);
  temporary.emplace(stem);
  OutputFile file = OutputFile::create(temporary->path(), path);
  file.take_permissions_of(path);
  return file;
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

OutputFile OutputFile::create(const std::string& path, const std::string& name) {
  const std::string& shown = name.empty() ? path : name;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_cannot_write(shown, errno);
  return {shown, descriptor, true};
}

OutputFile OutputFile::stream(const std::string& path) {
  if (path == "-") return {"the standard output", STDOUT_FILENO, false};
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) throw_cannot_write(path, errno);
  return {path, descriptor, true};
}

void OutputFile::take_permissions_of(const std::string& replaced) const {
  constexpr mode_t permissions = 0777;
  struct stat theirs {};
  struct stat ours {};
  if (::stat(replaced.c_str(), &theirs) != 0 || ::fstat(descriptor_, &ours) != 0) return;
  const mode_t wanted = theirs.st_mode & permissions;
  if (wanted != (ours.st_mode & permissions) && ::fchmod(descriptor_, wanted) != 0) fail();
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
  if (!owned_ || descriptor_ < 0) return;
  // EINVAL: a device or pipe, which has no disk to wait for.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
}

AtomicFile::AtomicFile(const std::string& path) : AtomicFile(path, output_path(path)) {}

AtomicFile::AtomicFile(const std::string& path, const std::string& stem)
    : path_(output_path(path)), file_(begin(path_, stem, temporary_)) {}

void AtomicFile::commit() {
  file_.close();
  if (temporary_) rename_durably(temporary_->path(), path_);
}

}  // namespace qbatt
